// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Dispatch
import HTTP2Frames

/// A client that sends any frames at all over TLS, and reads what comes.
final class FrameClient {
  let reader = FrameReader()
  private let client: TLSRawClient

  init(port: UInt16, certificate: String? = nil, key: String? = nil) throws {
    client = try TLSRawClient(port: port, certificate: certificate, key: key, speaksHTTP2: true)
  }

  func send(_ octets: [UInt8]) { client.send(octets) }

  /// Whether the server said its end; silence, or a reset, is none.
  var hasEnded: Bool { client.hasEnded }

  /// Reads until `condition` holds; false if the connection ends, or is silent for eight seconds, before.
  @discardableResult
  func read(until condition: (FrameReader) -> Bool) -> Bool {
    while !condition(reader) {
      guard let octets = client.readOnce() else { return false }
      reader.take(octets)
    }
    return true
  }

  /// Reads to the end of the connection.
  func readToEnd() { read { _ in false } }

  /// Runs calls that wait on a thread of their own.
  static func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "client").async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
