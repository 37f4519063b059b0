// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import HTTPMessages

/// Keeps one answer for the next request that asks for the same: what a long poll brought is what the round after it
/// would ask for, so it is not fetched twice.
final class KeptAnswer: Transport {
  private let transport: any Transport
  private var kept: (path: String, answer: TransportAnswer)?

  init(_ transport: any Transport) { self.transport = transport }

  /// Keeps `answer` for the next request for `path`, and for that one only.
  func keep(_ answer: TransportAnswer, for path: String) { kept = (path, answer) }

  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    defer { kept = nil }
    if let kept, kept.path == request.path, request.method == .get, request.resumeFrom == nil,
      kept.answer.body.count <= request.maximumOctets
    {
      return kept.answer
    }
    return try transport.send(request)
  }
}
