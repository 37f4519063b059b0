// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// Unix sockets of this user.
enum LocalSocket {
  /// - Throws: `ServerError.cannotListenLocally`.
  static func listen(at path: String) throws(ServerError) -> Int32 {
    let descriptor = unsafe cordon_listen_locally(path, 64)
    guard descriptor >= 0 else { throw .cannotListenLocally(path: path, reason: reason) }
    return descriptor
  }

  /// Whether the last call failed for want of descriptors or memory, which may be there again soon.
  static var isShort: Bool { [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(cordon_errno()) }

  /// Why the last call failed.
  static var reason: String { unsafe String(cString: strerror(cordon_errno())) }
}
