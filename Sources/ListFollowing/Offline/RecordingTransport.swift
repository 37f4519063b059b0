// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Passes requests on and keeps the answers that a bundle needs.
public final class RecordingTransport: Transport {
  private let transport: any Transport
  /// The bodies of successful answers below `repository/`, by path.
  public private(set) var parts: [String: [UInt8]] = [:]

  /// A recorder before another transport.
  public init(_ transport: any Transport) { self.transport = transport }

  /// Sends one request.
  public func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    // What is to be kept comes with the answer.
    var request = request
    request.bodyFile = nil
    let answer = try transport.send(request)
    if answer.status == 200, request.path.hasPrefix("repository/") { parts[request.path] = answer.body }
    return answer
  }
}
