// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import CLinux
import COpenSSL
import Dispatch
import Glibc

/// A blocking TLS client that sends any octets at all and reads to the end. Checks no certificate.
@safe final class TLSRawClient {
  struct Failure: Error { let step: String }

  private let descriptor: Int32
  private let context: OpaquePointer
  private let session: OpaquePointer
  /// Whether the server said its end; silence, or a reset, is none.
  private(set) var hasEnded = false

  /// - Parameters:
  ///   - former: a client whose session is offered again.
  ///   - introduction: octets that go before the handshake.
  init(
    port: UInt16, certificate: String? = nil, key: String? = nil, resuming former: TLSRawClient? = nil,
    speaksHTTP2: Bool = false, introduction: [UInt8] = []
  ) throws {
    var address = sockaddr_storage()
    var length: socklen_t = 0
    guard unsafe cordon_parse_address("127.0.0.1", port, &address, &length) == 1,
      let context = unsafe SSL_CTX_new(TLS_client_method()), let session = unsafe SSL_new(context)
    else { throw Failure(step: "setup") }
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    unsafe self.context = context
    unsafe self.session = session
    var patience = timeval(tv_sec: 8, tv_usec: 0)
    unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, UInt32(MemoryLayout<timeval>.size))
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, length)
      }
    }
    guard connected == 0,
      unsafe Glibc.send(descriptor, introduction, introduction.count, 0) == introduction.count
    else { throw Failure(step: "connect") }
    if let certificate, let key {
      guard unsafe SSL_use_certificate_file(session, certificate, SSL_FILETYPE_PEM) == 1,
        unsafe SSL_use_PrivateKey_file(session, key, SSL_FILETYPE_PEM) == 1
      else { throw Failure(step: "certificate") }
    }
    if let former { unsafe SSL_set_session(session, SSL_get_session(former.session)) }
    if speaksHTTP2 {
      let name: [UInt8] = [2, UInt8(ascii: "h"), UInt8(ascii: "2")]
      unsafe SSL_set_alpn_protos(session, name, UInt32(name.count))
    }
    guard unsafe SSL_set_fd(session, descriptor) == 1, unsafe SSL_connect(session) == 1 else {
      throw Failure(step: "handshake")
    }
  }

  deinit {
    unsafe SSL_free(session)
    unsafe SSL_CTX_free(context)
    close(descriptor)
  }

  /// Whether the server took the session that was offered.
  var wasResumed: Bool { unsafe SSL_session_reused(session) == 1 }

  /// Ends with a reset, as a peer that died; its session can still be offered on another connection.
  func reset() {
    var nobody = sockaddr(
      sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    _ = unsafe connect(descriptor, &nobody, UInt32(MemoryLayout<sockaddr>.size))
  }

  /// Sends `octets` in one piece.
  func send(_ octets: [UInt8]) {
    _ = unsafe SSL_write(session, octets, Int32(octets.count))
  }

  /// Sends `octets` on the socket itself.
  func sendBeneath(_ octets: [UInt8]) {
    _ = unsafe octets.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
  }

  /// What comes until the server ends it, or eight seconds of silence pass.
  func readToEnd() -> String {
    var received: [UInt8] = []
    while let more = readOnce() { received += more }
    return String(decoding: received, as: UTF8.self)
  }

  /// What one read gives; nil at the end.
  func readOnce() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    // What another client on this thread left behind would count as this one's.
    ERR_clear_error()
    let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
    if count <= 0, unsafe SSL_get_error(session, count) == SSL_ERROR_ZERO_RETURN { hasEnded = true }
    return count > 0 ? Array(buffer[..<Int(count)]) : nil
  }
}

/// Runs calls that wait on a thread of their own: the pool that runs tests also runs the answers they wait for.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "client").async { continuation.resume(with: Result(catching: work)) }
  }
}
