// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// The file system of this machine.
public struct LocalFileSystem: FileSystem {
  /// The local file system.
  public init() {}

  /// Reads a file to its end.
  public func read(_ path: String, maximumOctets: Int) throws(FileFault) -> [UInt8]? {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw fault("read", path)
    }
    defer { close(descriptor) }
    var octets: [UInt8] = []
    if let stamp = try stamp(of: path) { octets.reserveCapacity(min(stamp.octets, maximumOctets)) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count == 0 { return octets }
      if count < 0 {
        if errno == EINTR { continue }
        throw fault("read", path)
      }
      guard octets.count + count <= maximumOctets else {
        throw FileFault(operation: "read", path: path, reason: "longer than \(maximumOctets) octets")
      }
      octets.append(contentsOf: chunk[..<count])
    }
  }

  /// Examines a regular file.
  public func stamp(of path: String) throws(FileFault) -> FileStamp? {
    var status = stat()
    guard unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 else {
      if errno == ENOENT { return nil }
      throw fault("examine", path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileFault(operation: "use", path: path, reason: "not a regular file")
    }
    return FileStamp(
      octets: Int(status.st_size), permissions: status.st_mode & 0o777, group: status.st_gid)
  }

  /// Looks at a file's device, number, size and times.
  public func identity(of path: String) throws(FileFault) -> FileIdentity? {
    var status = stat()
    guard unsafe fstatat(AT_FDCWD, path, &status, 0) == 0 else {
      if errno == ENOENT { return nil }
      throw fault("examine", path)
    }
    return FileIdentity(
      device: UInt64(status.st_dev), number: UInt64(status.st_ino), octets: Int(status.st_size),
      times: [
        status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
      ])
  }

  /// Writes a file and flushes it (fsync).
  public func write(_ octets: [UInt8], to path: String, like stamp: FileStamp) throws(FileFault) {
    let writer = try open(path, like: stamp)
    try writer.append(octets[...])
    try writer.finish()
  }

  /// An empty file, open for writing.
  func create(_ path: String, like stamp: FileStamp) throws(FileFault) -> Int32 {
    let descriptor = try openAlone(path, stamp.permissions & 0o700)
    // Keeping the group is a courtesy to the resolver that reads the file; not being allowed to is no failure.
    if let group = stamp.group { _ = fchown(descriptor, uid_t.max, group) }
    guard fchmod(descriptor, stamp.permissions) == 0 else {
      defer { close(descriptor) }
      throw fault("set permissions of", path)
    }
    return descriptor
  }

  private static let mostTurns = 16

  /// A file open for writing, for this process alone as long as it stays open: two that write one output by mistake must not
  /// mix what they write.
  private func openAlone(_ path: String, _ permissions: UInt32) throws(FileFault) -> Int32 {
    var turns = 0
    while true {
      turns += 1
      let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, permissions)
      guard descriptor >= 0 else { throw fault("write", path) }
      // Where a file system knows no locks, all goes on without.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        close(descriptor)
        throw FileFault(operation: "write", path: path, reason: "another process is writing it")
      }
      var (named, opened) = (stat(), stat())
      let isNamed =
        unsafe fstatat(AT_FDCWD, path, &named, 0) == 0 && fstat(descriptor, &opened) == 0
        && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino
      // Whoever held it until now may have renamed it since: then it is that one's finished file, and not touched.
      // A file system that numbers a file differently each time says nothing by it.
      guard isNamed || turns == Self.mostTurns else {
        close(descriptor)
        continue
      }
      guard ftruncate(descriptor, 0) == 0 else {
        defer { close(descriptor) }
        throw fault("write", path)
      }
      return descriptor
    }
  }

  /// Renames a file (rename(2): atomic within one file system).
  public func rename(_ path: String, to newPath: String) throws(FileFault) {
    guard unsafe Glibc.rename(path, newPath) == 0 else { throw fault("replace", newPath) }
  }

  /// Makes a hard link under a temporary name, and renames it.
  public func link(_ path: String, as newPath: String) throws(FileFault) {
    let temporary = directoryPart(of: newPath) + "/." + namePart(of: newPath) + ".link"
    try remove(temporary)
    guard unsafe Glibc.link(path, temporary) == 0 else { throw fault("link", path) }
    try rename(temporary, to: newPath)
    // Two names of one file already: rename(2) did nothing.
    try remove(temporary)
  }

  /// Sets the time of modification to now.
  public func renew(_ path: String) throws(FileFault) {
    guard unsafe utimensat(AT_FDCWD, path, nil, 0) == 0 else { throw fault("date", path) }
  }

  /// Flushes a directory (fsync).
  public func synchronize(directory: String) throws(FileFault) {
    let descriptor = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("open", directory) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault("flush", directory) }
  }

  /// Unlinks a file.
  public func remove(_ path: String) throws(FileFault) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw fault("remove", path) }
  }

  /// Makes a directory with permissions 0750.
  public func makeDirectory(_ path: String) throws(FileFault) {
    if unsafe mkdir(path, 0o750) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, path.contains("/") else { throw fault("make directory", path) }
    try makeDirectory(directoryPart(of: path))
    guard unsafe mkdir(path, 0o750) == 0 || errno == EEXIST else { throw fault("make directory", path) }
  }

  func fault(_ operation: String, _ path: String) -> FileFault {
    FileFault(operation: operation, path: path, reason: systemReason(errno))
  }
}

/// The system's words for an error number.
package func systemReason(_ number: Int32) -> String {
  unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
}
