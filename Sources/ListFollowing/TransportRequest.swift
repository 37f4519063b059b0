// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// A request to the one server a transport leads to.
public struct TransportRequest: Hashable, Sendable {
  /// What to do.
  public var method: HTTPMethod
  /// Path and query, percent-encoded, without a leading slash.
  public var path: String
  /// Further fields.
  public var fields: HTTPFields
  /// The body, nil for none.
  public var body: [UInt8]?
  /// The longest body accepted in the answer, in octets.
  public var maximumOctets: Int
  /// Octets held already: asks for the rest by `Range` (RFC 9110 §14.2). A 206 brings the rest, a 200 the whole.
  public var resumeFrom: Int?

  /// A file that the transport may put the body of a 200 or a 206 in, instead of the answer: what is large need not be in memory.
  /// A transport that knows no files leaves it alone.
  public var bodyFile: String?

  /// The length of the whole file that is asked for, where it may come in pieces; whoever gives it is given time by it.
  public var wholeOctets: Int?

  /// The longest that the exchange may take, where it must not take as long as the transport allows.
  public var timeout: Duration?

  /// A file whose appearance ends the wait for an answer, as if there were none.
  public var abandonedBy: String?

  /// A request.
  public init(
    _ method: HTTPMethod = .get, path: String, fields: HTTPFields = [:], body: [UInt8]? = nil,
    maximumOctets: Int = 1 << 20, resumeFrom: Int? = nil, abandonedBy: String? = nil,
    bodyFile: String? = nil, wholeOctets: Int? = nil
  ) {
    self.wholeOctets = wholeOctets
    self.abandonedBy = abandonedBy
    self.bodyFile = bodyFile
    self.method = method
    self.path = path
    self.fields = fields
    self.body = body
    self.maximumOctets = maximumOctets
    self.resumeFrom = resumeFrom
  }
}
