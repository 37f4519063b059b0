// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// One answered request, for an access log. The service decides what of it is written. An answer given again is
/// told through its `RepeatTerms` instead.
public struct AccessRecord: Sendable {
  /// Nil when the head could not be read.
  public let method: HTTPMethod?
  /// The path as the client sent it; it may carry anything, so a log at default level must not
  /// write it verbatim. Nil when the head could not be read.
  public let path: String?
  /// The status sent.
  public let status: HTTPStatus
  /// Content octets of the answer.
  public let octets: Int
  /// From the end of the request to the answer being queued.
  public let duration: Duration
  /// The connection it was sent on.
  public let connection: ConnectionFacts
  /// Whether the engine answered on its own account, or in place of the service: the service knows nothing of it then.
  public let isOurs: Bool

  /// A record made of its parts.
  public init(
    method: HTTPMethod?, path: String?, status: HTTPStatus, octets: Int, duration: Duration,
    connection: ConnectionFacts, isOurs: Bool = false
  ) {
    self.method = method
    self.path = path
    self.status = status
    self.octets = octets
    self.duration = duration
    self.connection = connection
    self.isOurs = isOurs
  }
}
