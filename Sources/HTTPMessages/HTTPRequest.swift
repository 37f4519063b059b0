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
  public package(set) var connection: ConnectionFacts

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

  /// Octets of memory that it takes, about, by the connection's facts and a receiver's content alone more.
  package var octetsHeld: Int {
    fields.lines.reduce(path.utf8.count + (query?.utf8.count ?? 0) + body.count) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + Self.octetsOfLine
    }
  }

  /// What a field line takes beside its text: where its two strings are, and the heads of their memory.
  private static let octetsOfLine = 64
}
