// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Synchronization

/// Another file system as it is, with every change kept in memory: for trying a round without its effects.
public final class OverlayFileSystem: FileSystem {
  private let base: any FileSystem
  private let hidden: String?
  /// What was changed; nil for a file that was removed.
  private let changed = Mutex<[String: [UInt8]?]>([:])

  /// An overlay without changes.
  /// - Parameter hidden: a directory of which nothing below is seen.
  public init(over base: any FileSystem, hiding hidden: String? = nil) {
    self.base = base
    self.hidden = hidden.map { $0 + "/" }
  }

  private func isHidden(_ path: String) -> Bool { hidden.map(path.hasPrefix) ?? false }

  /// Reads a changed file from memory, any other from below.
  public func read(_ path: String, maximumOctets: Int) throws(FileFault) -> [UInt8]? {
    guard let octets = changed.withLock({ $0[path] }) else {
      return isHidden(path) ? nil : try base.read(path, maximumOctets: maximumOctets)
    }
    guard (octets?.count ?? 0) <= maximumOctets else {
      throw FileFault(operation: "read", path: path, reason: "longer than \(maximumOctets) octets")
    }
    return octets
  }

  /// Examines a file.
  public func stamp(of path: String) throws(FileFault) -> FileStamp? {
    guard let octets = changed.withLock({ $0[path] }) else {
      return isHidden(path) ? nil : try base.stamp(of: path)
    }
    return octets.map { FileStamp(octets: $0.count, permissions: 0o640) }
  }

  /// Keeps a file in memory.
  public func write(_ octets: [UInt8], to path: String, like stamp: FileStamp) throws(FileFault) {
    changed.withLock { $0[path] = .some(octets) }
  }

  /// Renames in memory.
  public func rename(_ path: String, to newPath: String) throws(FileFault) {
    let octets = try read(path, maximumOctets: Int.max)
    changed.withLock {
      $0[newPath] = .some(octets)
      $0[path] = .some(nil)
    }
  }

  /// Copies in memory.
  public func link(_ path: String, as newPath: String) throws(FileFault) {
    let octets = try read(path, maximumOctets: Int.max)
    changed.withLock { $0[newPath] = .some(octets) }
  }

  /// Nothing to date.
  public func renew(_ path: String) throws(FileFault) {}

  /// Nothing to flush.
  public func synchronize(directory: String) throws(FileFault) {}

  /// Removes in memory.
  public func remove(_ path: String) throws(FileFault) {
    changed.withLock { $0[path] = .some(nil) }
  }

  /// Links are as they are below.
  public func destination(of path: String) throws(FileFault) -> String { try base.destination(of: path) }

  /// Directories need not exist in memory.
  public func makeDirectory(_ path: String) throws(FileFault) {}
}
