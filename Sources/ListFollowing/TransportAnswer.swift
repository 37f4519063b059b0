// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPMessages

/// A server's complete answer.
public struct TransportAnswer: Hashable, Sendable {
  /// The HTTP status code.
  public var status: Int
  /// Its fields.
  public var fields: HTTPFields
  /// The body.
  public var body: [UInt8]

  /// An answer.
  public init(status: Int, fields: HTTPFields = [:], body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// Whether the status is one of success.
  public var isSuccess: Bool { (200..<300).contains(status) }
}
