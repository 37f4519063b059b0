// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import COpenSSL

/// A TLS client between whose octets and the socket a test stands: it decides what is sent in one piece.
@safe final class SteppedTLSClient {
  struct Failure: Error { let step: String }

  let socket: RawClient
  private let context: OpaquePointer
  private let session: OpaquePointer
  private let incoming: OpaquePointer
  private let outgoing: OpaquePointer

  init(port: UInt16, certificate: String? = nil, key: String? = nil) throws {
    socket = try RawClient(port: port)
    socket.sendAtOnce()
    guard let context = unsafe SSL_CTX_new(TLS_client_method()), let session = unsafe SSL_new(context),
      let incoming = unsafe BIO_new(BIO_s_mem()), let outgoing = unsafe BIO_new(BIO_s_mem())
    else { throw Failure(step: "setup") }
    unsafe self.context = context
    unsafe self.session = session
    unsafe self.incoming = incoming
    unsafe self.outgoing = outgoing
    unsafe SSL_set_bio(session, incoming, outgoing)
    unsafe SSL_set_connect_state(session)
    if let certificate, let key {
      guard unsafe SSL_use_certificate_file(session, certificate, SSL_FILETYPE_PEM) == 1,
        unsafe SSL_use_PrivateKey_file(session, key, SSL_FILETYPE_PEM) == 1
      else { throw Failure(step: "certificate") }
    }
  }

  deinit {
    unsafe SSL_free(session)
    unsafe SSL_CTX_free(context)
  }

  /// What the client wants to send now.
  func takeOutput() -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(outgoing))
    _ = unsafe BIO_read(outgoing, &octets, Int32(octets.count))
    return octets
  }

  /// Goes on with the handshake; true once it is done on this side.
  func step() -> Bool { unsafe SSL_do_handshake(session) == 1 }

  /// Does the client's part up to its last words, which are not sent yet.
  /// - Parameter send: sends what comes before them.
  func comeToLastWords(send: ([UInt8]) -> Void) throws {
    while !step() {
      send(takeOutput())
      guard receive() else { throw Failure(step: "handshake") }
    }
  }

  /// Takes what one read from the socket gives; false if that is nothing.
  func receive() -> Bool {
    let before = socket.received.count
    guard socket.readOnce() else { return false }
    let fresh = Array(socket.received[before...])
    return unsafe BIO_write(incoming, fresh, Int32(fresh.count)) == fresh.count
  }

  /// Encrypts `text`, to be taken by `takeOutput`.
  func write(_ text: String) {
    let octets = Array(text.utf8)
    _ = unsafe SSL_write(session, octets, Int32(octets.count))
  }

  /// What is there of the answer.
  func read() -> String {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
    return String(decoding: buffer[..<max(0, Int(count))], as: UTF8.self)
  }
}
