// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc
internal import Records

/// An exclusive lock on a file beside the store, held while this value lives.
struct StoreLock: ~Copyable {
  private let descriptor: Int32

  init(storePath: String) throws(StoreOpeningError) {
    let path = storePath + ".lock"
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw .inUse(path: storePath)
    }
    self.descriptor = descriptor
  }

  deinit {
    // A program that is just being started has the descriptor too, for a moment, and to close this one would leave it locked.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Makes the store's file, readable by its owner alone, unless it is there.
  static func prepareFile(at path: String) throws(StoreOpeningError) {
    let file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .cannotOpen(path: path, reason: unsafe String(cString: strerror(errno))) }
    fchmod(file, 0o600)
    close(file)
  }
}
