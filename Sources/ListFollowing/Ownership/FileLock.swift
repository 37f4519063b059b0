// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// A small file that is locked (flock(2)) for as long as this object lives; the system releases it when the process ends, however it ends.
final class FileLock {
  private let descriptor: Int32
  private let isWritable: Bool
  private let path: String

  /// What came of trying to lock a file.
  enum Attempt {
    case locked(FileLock)
    /// Another holds it; what the file says.
    case taken([UInt8])
    /// It cannot be made here, or the file system knows no locks.
    case impossible
  }

  private init(_ descriptor: Int32, _ path: String, isWritable: Bool) {
    (self.descriptor, self.path, self.isWritable) = (descriptor, path, isWritable)
  }

  deinit {
    // A program that is just being started has the descriptor too, for a moment, and to close this one would leave it locked.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Tries to lock the file at a path, made if missing.
  static func attempt(_ path: String) -> Attempt {
    let flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    var isWritable = true
    var descriptor = unsafe open(path, O_RDWR | O_CREAT | flags, 0o640)
    if descriptor < 0, errno == EACCES {
      // Another user's, from an earlier day: a lock needs no right to write.
      isWritable = false
      descriptor = unsafe open(path, O_RDONLY | flags)
    }
    guard descriptor >= 0 else { return .impossible }
    let lock = FileLock(descriptor, path, isWritable: isWritable)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      return errno == EWOULDBLOCK ? .taken(lock.content) : .impossible
    }
    return .locked(lock)
  }

  /// Whether the path still names the file that is locked.
  var isInPlace: Bool {
    var (named, opened) = (stat(), stat())
    return unsafe fstatat(AT_FDCWD, path, &named, AT_SYMLINK_NOFOLLOW) == 0
      && fstat(descriptor, &opened) == 0 && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino
  }

  private static let maximumOctets = 1 << 14

  /// What the file says.
  var content: [UInt8] {
    var octets = [UInt8](repeating: 0, count: Self.maximumOctets)
    let count = unsafe octets.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
    }
    return Array(octets.prefix(max(0, count)))
  }

  /// Has the file say something else.
  /// - Returns: whether it does now.
  func write(_ octets: [UInt8]) -> Bool {
    guard isWritable, ftruncate(descriptor, 0) == 0 else { return false }
    let count = unsafe octets.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    return count == octets.count
  }

  /// Takes the file away, so that another can be made in its place.
  func remove() { _ = unsafe unlink(path) }
}
