// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// One connection's TLS state. Freed by its connection, which alone holds it.
@safe struct TLSSession {
  private let session: OpaquePointer

  init(_ session: OpaquePointer) { unsafe self.session = session }

  /// For a call that needs the session of the library itself.
  func withHandle<Value>(_ body: (OpaquePointer) -> Value) -> Value { unsafe body(session) }

  func free() { unsafe SSL_free(session) }

  /// The descriptor is readable again. Without this nothing is read, once a read came short.
  /// - Parameter isEnding: whether the peer's end may have come as well.
  func noteReadable(isEnding: Bool) { unsafe cordon_tls_note_readable(session, isEnding ? 1 : 0) }

  /// Goes on with the handshake; `.octets` once it is done. Our last words of it are held back then, to go out with the
  /// first answer, or by `letGo`.
  func handshake() -> TransferOutcome { TransferOutcome(tls: unsafe cordon_tls_accept(session)) }

  /// Sends what was held back, if nothing took it along; false if the peer does not even take that.
  func letGo() -> Bool { unsafe cordon_tls_let_go(session) == 1 }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> TransferOutcome {
    let count = Int32(clamping: buffer.count)
    return TransferOutcome(tls: unsafe cordon_tls_read(session, buffer.baseAddress, count))
  }

  func write(_ buffer: UnsafeRawBufferPointer) -> TransferOutcome {
    TransferOutcome(tls: unsafe cordon_tls_write(session, buffer.baseAddress, buffer.count))
  }

  /// Octets of records that the system has taken from us to send.
  var octetsTaken: Int { Int(truncatingIfNeeded: unsafe cordon_tls_taken(session)) }

  /// Whether octets wait inside, which the descriptor's readiness does not show.
  var hasPending: Bool { unsafe SSL_has_pending(session) == 1 }

  /// Gives its buffers back, unless octets are in them; they are made anew when needed.
  func releaseBuffers() { _ = unsafe SSL_free_buffers(session) }

  /// Whether the client chose HTTP/2 by ALPN.
  var speaksHTTP2: Bool { unsafe cordon_tls_speaks_h2(session) == 1 }

  var wasResumed: Bool { unsafe SSL_session_reused(session) == 1 }

  /// SHA-256 of the verified client certificate's SubjectPublicKeyInfo.
  var clientCertificateSPKI: [UInt8]? {
    var digest = [UInt8](repeating: 0, count: 32)
    return unsafe cordon_tls_client_spki(session, &digest) == 1 ? digest : nil
  }

  /// The second since 1970 at which the client certificate must be looked at anew: it, an authority of it or a revocation list ends
  /// then; 0 without one.
  var clientCertificateEnd: Int64 { Int64(unsafe cordon_tls_client_end(session)) }

  /// Ends without a goodbye to a peer that is gone. Else OpenSSL would take the session for a broken one and forget it.
  func saveSession() { unsafe SSL_set_shutdown(session, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }

  /// Says goodbye, once, without waiting for the peer's.
  func sayGoodbye() { _ = unsafe SSL_shutdown(session) }
}

extension TransferOutcome {
  fileprivate init(tls result: Int32) {
    switch result {
    case 1...: self = .octets(Int(result))
    case Int32(cordon_tls_closed.rawValue): self = .closed
    case Int32(cordon_tls_wants_read.rawValue): self = .wantsRead
    case Int32(cordon_tls_wants_write.rawValue): self = .wantsWrite
    default: self = .failed
    }
  }
}
