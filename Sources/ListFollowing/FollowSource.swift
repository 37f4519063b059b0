// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A server, or a mirror of one, that releases can be taken from. None of them has to be trusted.
public struct FollowSource {
  /// How reports call it: its address.
  public let name: String
  /// The way to it.
  public let transport: any Transport
  /// Whether it is the publisher's own server, which takes receipts; a mirror does not.
  public let isOrigin: Bool

  /// A source.
  public init(name: String, transport: any Transport, isOrigin: Bool) {
    self.name = name
    self.transport = transport
    self.isOrigin = isOrigin
  }
}
