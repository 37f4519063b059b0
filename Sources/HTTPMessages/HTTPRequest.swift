// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A whole request, its framing already checked and removed (RFC 9112).
public struct HTTPRequest: Hashable, Sendable {
  /// What is asked.
  public let method: HTTPMethod
  /// The path as sent, percent-encoded; begins with `/`, valid encoding, no dot segments.
  public let path: String
  /// What follows the first `?`, percent-encoded; nil without one.
  public let query: String?
  /// The head's field lines.
  public let fields: HTTPFields
  /// The whole content, chunked coding removed; empty when a receiver took it.
  public var body: [UInt8]
  /// The content that a receiver took as it arrived; nil when it is in `body`.
  public var arrived: ArrivedContent?
  /// What is known of the connection it came on.
  public let connection: ConnectionFacts

  /// A request made of its parts.
  public init(
    method: HTTPMethod, path: String, query: String? = nil, fields: HTTPFields = HTTPFields(),
    body: [UInt8] = [], connection: ConnectionFacts
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.fields = fields
    self.body = body
    self.connection = connection
  }
}
