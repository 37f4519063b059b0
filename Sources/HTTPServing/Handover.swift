// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Dispatch
private import Glibc

/// How a process takes the listening sockets over from another of its user: by a Unix socket in the data folder.
///
/// The sockets go on listening all the while, so no connection is refused: what comes in between waits in their queues. Who
/// offers them serves on until the other says that it can do without: see `HandoverLink`.
public enum Handover {
  /// Offers what `descriptors` gives to whoever connects and is our user; `came` is called each time they were given.
  /// - Returns: what to call when the offer ends: the socket's name goes then, if `isTaken` is false.
  /// - Throws: `ServerError.cannotListenLocally`.
  public static func offer(
    at path: String, descriptors: @escaping @Sendable () -> [Int32],
    came: @escaping @Sendable (HandoverLink) -> Void
  ) throws(ServerError) -> @Sendable (_ isTaken: Bool) -> Void {
    let listener = try LocalSocket.listen(at: path)
    let queue = DispatchQueue(label: "cordon.handover")
    let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
    source.setEventHandler {
      let peer = cordon_accept_locally(listener)
      guard peer >= 0 else {
        if LocalSocket.isShort { rest(source, on: queue) }
        return
      }
      let offered = cordon_peer_is_ours(peer) == 1 ? descriptors() : []
      defer { for descriptor in offered { _ = close(descriptor) } }
      guard !offered.isEmpty, unsafe cordon_send_descriptors(peer, offered, Int32(offered.count)) == 0 else {
        _ = close(peer)
        return
      }
      came(HandoverLink(peer))
    }
    source.setCancelHandler { _ = close(listener) }
    source.resume()
    let offer = Offer(source)
    return { isTaken in
      offer.source.cancel()
      // Once it was taken the name may be the successor's.
      if !isTaken { _ = unsafe unlink(path) }
    }
  }

  /// Looks again in a moment: a listener that stays ready would spin.
  private static func rest(_ source: any DispatchSourceRead, on queue: DispatchQueue) {
    source.suspend()
    let offer = Offer(source)
    queue.asyncAfter(deadline: .now() + .milliseconds(50)) { offer.source.resume() }
  }

  /// Gets the sockets. Whose they are serves on until told otherwise by the link.
  /// - Throws: `ServerError.noPredecessor` if nobody offers any, `.handoverFailed` if that breaks off.
  public static func take(at path: String) throws(ServerError) -> (sockets: [Int32], link: HandoverLink) {
    let peer = unsafe cordon_connect_locally(path)
    guard peer >= 0 else {
      let error = cordon_errno()
      guard error == ENOENT || error == ECONNREFUSED else {
        throw .handoverFailed(path: path, reason: LocalSocket.reason)
      }
      throw .noPredecessor(path: path)
    }
    let link = HandoverLink(peer)
    guard cordon_peer_is_ours(peer) == 1 else {
      throw .handoverFailed(path: path, reason: "it belongs to another user")
    }
    var descriptors = [Int32](repeating: -1, count: 256)
    let count = Int(unsafe cordon_receive_descriptors(peer, &descriptors, 256))
    guard count > 0 else {
      throw .handoverFailed(path: path, reason: "no sockets came; another successor may be on its way")
    }
    return (Array(descriptors[..<count]), link)
  }
}

/// `@unchecked Sendable`: cancelling, all that is done with it, may be done on any thread.
private final class Offer: @unchecked Sendable {
  let source: any DispatchSourceRead
  init(_ source: any DispatchSourceRead) { self.source = source }
}
