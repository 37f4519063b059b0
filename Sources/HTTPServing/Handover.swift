// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Dispatch
private import Glibc
private import Synchronization

/// How a process takes the listening sockets over from another of its user: by a Unix socket in the data folder.
///
/// The sockets go on listening all the while, so no connection is refused: what comes in between waits in their queues.
public enum Handover {
  /// Offers what `descriptors` gives to whoever connects and is our user; `taken` is called once, after it was given.
  /// - Returns: what to call when the offer ends without having been taken: the socket's name goes then.
  /// - Throws: `ServerError.cannotListenLocally`.
  public static func offer(
    at path: String, descriptors: @escaping @Sendable () -> [Int32],
    taken: @escaping @Sendable () -> Void
  ) throws(ServerError) -> @Sendable () -> Void {
    let listener = try LocalSocket.listen(at: path)
    let isTaken = Taken()
    let queue = DispatchQueue(label: "cordon.handover")
    let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
    source.setEventHandler {
      let peer = cordon_accept_locally(listener)
      guard peer >= 0 else { return }
      defer { _ = close(peer) }
      let offered = cordon_peer_is_ours(peer) == 1 ? descriptors() : []
      defer { for descriptor in offered { _ = close(descriptor) } }
      guard !offered.isEmpty,
        unsafe cordon_send_descriptors(peer, offered, Int32(offered.count)) == 0
      else {
        return
      }
      isTaken.set()
      source.cancel()
      taken()
    }
    source.setCancelHandler { _ = close(listener) }
    source.resume()
    return {
      // Once it was taken the name may be the successor's.
      if !isTaken.value { _ = unsafe unlink(path) }
    }
  }

  /// Takes the sockets over; the predecessor then drains.
  /// - Throws: `ServerError.noPredecessor` if nobody offers any, `.handoverFailed` if that breaks off.
  public static func take(at path: String) throws(ServerError) -> [Int32] {
    let peer = unsafe cordon_connect_locally(path)
    guard peer >= 0 else {
      let error = cordon_errno()
      guard error == ENOENT || error == ECONNREFUSED else {
        throw .handoverFailed(path: path, reason: LocalSocket.reason)
      }
      throw .noPredecessor(path: path)
    }
    defer { _ = close(peer) }
    guard cordon_peer_is_ours(peer) == 1 else {
      throw .handoverFailed(path: path, reason: "it belongs to another user")
    }
    var descriptors = [Int32](repeating: -1, count: 256)
    let count = Int(unsafe cordon_receive_descriptors(peer, &descriptors, 256))
    guard count > 0 else { throw .handoverFailed(path: path, reason: "no sockets came") }
    return Array(descriptors[..<count])
  }
}

private final class Taken: Sendable {
  private let state = Mutex(false)
  var value: Bool { state.withLock { $0 } }
  func set() { state.withLock { $0 = true } }
}
