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

  /// Why the last call failed.
  static var reason: String { unsafe String(cString: strerror(cordon_errno())) }
}
