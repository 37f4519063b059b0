// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Holds a directory for one process alone; the system releases it when the process ends, however it ends.
public final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; `user` is who else would hold it, for the refusal.
  /// - Throws: `FileFault` when another process has it, or the directory cannot be written.
  public init(directory: String, user: String = "another follower") throws(FileFault) {
    let path = directory + "/lock"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
    guard descriptor >= 0 else {
      throw FileFault(operation: "lock", path: directory, reason: systemReason(errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno == EWOULDBLOCK ? "\(user) is using it" : systemReason(errno)
      close(descriptor)
      throw FileFault(operation: "lock", path: directory, reason: reason)
    }
    self.descriptor = descriptor
  }

  deinit {
    // A program that is just being started has the descriptor too, for a moment, and to close this one would leave it locked.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
