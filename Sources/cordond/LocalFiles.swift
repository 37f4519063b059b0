// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation

/// Files and folders, each failure one clear line.
enum LocalFiles {
  static func read(_ path: String, what: String) throws(Failure) -> [UInt8] {
    do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw Failure("cannot read \(what) \(path): \(reason(error))")
    }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// The names in a folder, sorted.
  static func names(in folder: String, what: String) throws(Failure) -> [String] {
    do { return try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
      throw Failure("cannot read \(what) \(folder): \(reason(error))")
    }
  }

  /// Creates a folder for its owner alone, unless it is there.
  static func createFolder(_ path: String) throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw Failure("cannot create the folder \(path): \(reason(error))") }
  }

  /// Checks that files can be made in a folder that is there.
  static func requireWritable(_ folder: String) throws(Failure) {
    guard exists(folder) else { throw Failure("there is no data folder \(folder): run cordond init first") }
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw Failure("the data folder \(folder) is not writable")
    }
  }

  static func remove(_ path: String) throws(Failure) {
    do { try FileManager.default.removeItem(atPath: path) } catch {
      throw Failure("cannot remove \(path): \(reason(error))")
    }
  }

  /// Writes a file whole, for its owner alone; never over another.
  static func writeSecret(_ text: String, to path: String) throws(Failure) {
    let temporary = path + ".new"
    try? FileManager.default.removeItem(atPath: temporary)
    let isMade = FileManager.default.createFile(
      atPath: temporary, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    guard isMade else { throw Failure("cannot write \(path)") }
    do {
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try handle.synchronize()
      try handle.close()
      try FileManager.default.moveItem(atPath: temporary, toPath: path)
    } catch { throw Failure("cannot write \(path): \(reason(error))") }
  }

  /// Puts `octets` in place of what is at `path`, for its owner alone: the old or the new is there, whatever happens.
  static func replace(_ octets: [UInt8], at path: String) throws(Failure) {
    let temporary = path + ".new"
    try? FileManager.default.removeItem(atPath: temporary)
    let isMade = FileManager.default.createFile(
      atPath: temporary, contents: Data(octets), attributes: [.posixPermissions: 0o600])
    guard isMade else { throw Failure("cannot write \(path)") }
    do {
      let handle = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
      try handle.synchronize()
      try handle.close()
    } catch { throw Failure("cannot write \(path): \(reason(error))") }
    guard unsafe rename(temporary, path) == 0 else { throw Failure("cannot replace \(path)") }
  }

  /// The folder that a file lies in.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func reason(_ error: any Error) -> String {
    guard let cocoa = error as? CocoaError else { return "\(error)" }
    switch cocoa.code {
    case .fileReadNoSuchFile, .fileNoSuchFile: return "there is no such file"
    case .fileReadNoPermission, .fileWriteNoPermission: return "permission denied"
    case .fileWriteFileExists: return "it is there already"
    case .fileWriteOutOfSpace: return "the disk is full"
    default: return cocoa.localizedDescription
    }
  }
}
