// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A response as the service means it; the engine adds Date, Content-Length, Connection and the
/// security fields, and drops the content for HEAD.
public struct HTTPResponse: Hashable, Sendable {
  /// The outcome.
  public var status: HTTPStatus
  /// Fields beside those the engine sets.
  public var fields: HTTPFields
  /// The content.
  public var body: HTTPBody
  /// Whether the content is held elsewhere too, so that a peer who takes it slowly costs nothing.
  public var isShared = false
  /// Whether it is given to somebody whom the service knows, so that the connection counts no more as a stranger's.
  public var isForKnown = false

  /// A response made of its parts.
  public init(status: HTTPStatus, fields: HTTPFields = HTTPFields(), body: HTTPBody = .empty) {
    self.status = status
    self.fields = fields
    self.body = body
  }
}
