// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// A connection's descriptor, with TLS or without. Its connection alone holds and closes it.
struct Transport {
  /// -1 once it is closed.
  private(set) var descriptor: Int32
  /// Nil without TLS, and once it is freed: whoever comes too late finds nothing to use.
  private(set) var tls: TLSSession?

  init(descriptor: Int32, tls: TLSSession?) {
    self.descriptor = descriptor
    self.tls = tls
  }

  var hasPending: Bool { tls?.hasPending ?? false }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> TransferOutcome {
    if let tls { return unsafe tls.read(into: buffer) }
    return outcome(unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0), blocked: .wantsRead)
  }

  /// Sends from `first`, then `second`, as much as is taken now.
  func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> TransferOutcome {
    if let tls { return unsafe tls.write(first.isEmpty ? second : first) }
    let count = unsafe cordon_send(
      descriptor, first.baseAddress, first.count, second.baseAddress, second.count)
    return outcome(count, blocked: .wantsWrite)
  }

  /// Gives back the memory that a silent connection does not need.
  func releaseBuffers() { tls?.releaseBuffers() }

  /// Takes and drops what arrived on the descriptor itself.
  func discard(into buffer: UnsafeMutableRawBufferPointer) -> TransferOutcome {
    outcome(unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0), blocked: .wantsRead)
  }

  /// Whether the peer has sent its end, or is gone; looks without taking anything.
  func peerHasLeft() -> Bool {
    let count = cordon_peek(descriptor)
    return count == 0 || (count < 0 && cordon_errno() != EAGAIN && cordon_errno() != EINTR)
  }

  /// Whether octets wait on the descriptor.
  var hasUnread: Bool { cordon_peek(descriptor) > 0 }

  /// Octets that the peer's system has not acknowledged.
  var unacknowledged: Int { Int(cordon_unacknowledged(descriptor)) }

  /// Octets of TLS records that the system has taken; nil without TLS.
  var recordOctetsTaken: Int? { tls?.octetsTaken }

  /// Sends our end; what the peer still sends can be discarded.
  func finishSending() {
    tls?.sayGoodbye()
    _ = shutdown(descriptor, Int32(SHUT_WR))
  }

  /// - Parameter reset: whether to drop what the peer's system has not taken: it would be kept for a peer that is slow
  ///   long after nobody counts it.
  mutating func close(politely: Bool, reset: Bool = false) {
    if reset { cordon_reset_on_close(descriptor) }
    if politely { tls?.sayGoodbye() } else { tls?.saveSession() }
    tls?.free()
    tls = nil
    _ = Glibc.close(descriptor)
    descriptor = -1
  }

  private func outcome(_ count: Int, blocked: TransferOutcome) -> TransferOutcome {
    if count > 0 { return .octets(count) }
    if count == 0 { return .closed }
    let error = cordon_errno()
    return error == EAGAIN || error == EINTR ? blocked : .failed
  }
}
