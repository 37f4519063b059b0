// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc
internal import Records

/// The store's file as a file.
enum StoreFile {
  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  static func remove(_ path: String) { _ = unsafe unlink(path) }

  /// Octets of the file; 0 when there is none.
  static func size(_ path: String) -> Int64 {
    var facts = stat()
    return unsafe stat(path, &facts) == 0 ? Int64(facts.st_size) : 0
  }

  /// Has the disk hold the file, and its folder know of it.
  static func flush(_ path: String) throws(RecordsError) {
    try sync(path, O_RDWR)
    try sync(folder(of: path), O_RDONLY | O_DIRECTORY)
  }

  /// Replaces what is at `path`, at once.
  static func rename(_ from: String, to path: String) throws(RecordsError) {
    guard unsafe Glibc.rename(from, path) == 0 else {
      throw .fault("cannot rename \(from): \(unsafe String(cString: strerror(errno)))")
    }
    try sync(folder(of: path), O_RDONLY | O_DIRECTORY)
  }

  private static func sync(_ path: String, _ flags: Int32) throws(RecordsError) {
    let file = unsafe open(path, flags | O_CLOEXEC)
    defer { if file >= 0 { close(file) } }
    guard file >= 0, fsync(file) == 0 else {
      throw .fault("cannot flush \(path): \(unsafe String(cString: strerror(errno)))")
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
