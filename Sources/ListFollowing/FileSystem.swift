// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// The steps a follower takes on a file system, one call for each that a power cut could fall between.
public protocol FileSystem: Sendable {
  /// The bytes of a file, or nil when there is none.
  /// - Throws: `FileFault` when it cannot be read or is longer than `maximumOctets`.
  func read(_ path: String, maximumOctets: Int) throws(FileFault) -> [UInt8]?

  /// Length and permissions of a regular file, or nil when there is none.
  func stamp(of path: String) throws(FileFault) -> FileStamp?

  /// Writes a file anew and waits until its bytes are on disk.
  /// - Parameter stamp: whose permissions and ownership it takes.
  func write(_ octets: [UInt8], to path: String, like stamp: FileStamp) throws(FileFault)

  /// The octets of a file, to be looked at in place, or nil when there is none.
  /// - Throws: `FileFault` when it cannot be read or is longer than `maximumOctets`.
  func map(_ path: String, maximumOctets: Int) throws(FileFault) -> Slab?

  /// Begins a file anew, to be written part by part.
  func open(_ path: String, like stamp: FileStamp) throws(FileFault) -> any FileWriter

  /// Writes octets at a place of a file, behind which nothing stays.
  func append(_ slab: Slab, to path: String, at offset: Int) throws(FileFault)

  /// Gives a file another name at once, replacing what had that name.
  func rename(_ path: String, to newPath: String) throws(FileFault)

  /// What tells a file from any other and from itself before a change; nil when it is missing or the file system cannot say.
  func identity(of path: String) throws(FileFault) -> FileIdentity?

  /// Gives a file a second name at once, replacing what had that name. What is later renamed over one leaves the other as it was.
  func link(_ path: String, as newPath: String) throws(FileFault)

  /// Dates a file now, so that programs which look at that see a changed one.
  func renew(_ path: String) throws(FileFault)

  /// Waits until the names in a directory are on disk.
  func synchronize(directory: String) throws(FileFault)

  /// Removes a file; a missing one is no fault.
  func remove(_ path: String) throws(FileFault)

  /// Makes a directory and those above it, where missing.
  func makeDirectory(_ path: String) throws(FileFault)

  /// The file that a path names in the end, where it is a symbolic link; it need not exist.
  /// - Throws: `FileFault` for links that lead nowhere but to each other.
  func destination(of path: String) throws(FileFault) -> String
}

/// Which file it is, and when it last changed (stat(2)).
public struct FileIdentity: Hashable, Sendable {
  /// The file system.
  public var device: UInt64
  /// The file in it.
  public var number: UInt64
  /// Octets.
  public var octets: Int
  /// Seconds and nanoseconds of the last change of its content, then of anything about it.
  public var times: [Int]

  /// Which file it is and when its content last changed; its permissions may change meanwhile.
  var content: String { "\(number) " + times.prefix(2).map(String.init).joined(separator: " ") }
}

extension FileSystem {
  /// Nothing is known.
  public func identity(of path: String) throws(FileFault) -> FileIdentity? { nil }

  /// There are no links.
  public func destination(of path: String) throws(FileFault) -> String { path }
}

/// What is kept of a file when its content is replaced.
public struct FileStamp: Hashable, Sendable {
  /// Length in octets.
  public var octets: Int
  /// Permission bits.
  public var permissions: UInt32
  /// Owning group, nil to take the process's own.
  public var group: UInt32?

  /// A stamp for a new file.
  public init(octets: Int = 0, permissions: UInt32, group: UInt32? = nil) {
    self.octets = octets
    self.permissions = permissions
    self.group = group
  }

  /// Whether users that are neither its owner nor of its group can do anything with it.
  public var isForEverybody: Bool { permissions & 0o007 != 0 }
}

extension FileSystem {
  /// Replaces a file so that at any instant it is wholly the old one or wholly the new one.
  ///
  /// A temporary file in the same directory is written and flushed, renamed over the old one, and the directory
  /// flushed. An existing file keeps its permissions and group.
  public func replace(_ path: String, with octets: [UInt8], permissions: UInt32) throws(FileFault) {
    try replace(path, with: octets, like: try stamp(of: path) ?? FileStamp(permissions: permissions))
  }

  /// The same for what must stay secret: a file that everybody could read takes `permissions`; one that its owner has given to a group
  /// keeps that.
  public func replaceSecret(
    _ path: String, with octets: [UInt8], permissions: UInt32 = 0o600
  ) throws(FileFault) {
    var stamp = try stamp(of: path) ?? FileStamp(permissions: permissions)
    if stamp.isForEverybody { stamp.permissions &= permissions }
    try replace(path, with: octets, like: stamp)
  }

  private func replace(_ path: String, with octets: [UInt8], like stamp: FileStamp) throws(FileFault) {
    let directory = directoryPart(of: path)
    let temporary = directory + "/." + namePart(of: path) + ".new"
    try write(octets, to: temporary, like: stamp)
    try rename(temporary, to: path)
    try synchronize(directory: directory)
  }
}

/// The directory a path lies in, "." for a bare name.
package func directoryPart(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func namePart(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return path }
  return String(path[path.index(after: slash)...])
}
