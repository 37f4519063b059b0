// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import HTTPMessages

/// Remembers how long a server asked to be left alone (RFC 9110 §10.2.3).
public final class PoliteTransport: Transport {
  private let transport: any Transport
  private var quietUntil = ContinuousClock.now

  /// The longest that a server's wish is kept, in seconds.
  public static let longestSeconds = 86_400

  /// A way to a server.
  public init(_ transport: any Transport) { self.transport = transport }

  /// Sends one request, whatever was wished before.
  public func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    let answer = try transport.send(request)
    if answer.status == 429 || answer.status == 503, let text = answer.fields["Retry-After"],
      let seconds = Int(text), seconds > 0
    {
      quietUntil = .now + .seconds(min(seconds, Self.longestSeconds))
    }
    return answer
  }

  /// Whole seconds until the server may be asked again, rounded up.
  package var secondsLeft: Int {
    let left = (quietUntil - .now).components
    return max(0, Int(left.seconds) + (left.attoseconds > 0 ? 1 : 0))
  }
}
