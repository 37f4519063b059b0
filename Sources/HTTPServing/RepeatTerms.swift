// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A responder's word that an answer depends on nothing but the request's octets, the client
/// certificate, whether the peer is local, and what `HTTPResponder.epoch` counts.
///
/// The engine may then give it again, without reading the request anew, to any connection that is alike in
/// these, with a fresh Date.
public struct RepeatTerms: Sendable {
  /// `HTTPResponder.epoch`, read before anything that the answer was made of.
  public var epoch: UInt64
  /// When the credential that was shown expires; nil for never.
  public var expiresAt: Int64?
  /// Whether the content is held elsewhere too, so that keeping it costs nothing.
  public var sharesContent: Bool
  /// Whether it is given to somebody whom the service knows.
  public var isForKnown = false
  /// Told now and then, on the reactor, how often the answer was given again: for metrics and logs.
  /// All of these fell in the second `second` since 1970, and took `took` together. Must not block.
  public var tally: @Sendable (_ count: Int, _ second: Int64, _ took: Duration) -> Void

  /// Terms of these parts; `expiresAt` in seconds since 1970.
  public init(
    epoch: UInt64, expiresAt: Int64? = nil, sharesContent: Bool = false,
    tally: @escaping @Sendable (_ count: Int, _ second: Int64, _ took: Duration) -> Void
  ) {
    self.epoch = epoch
    self.expiresAt = expiresAt
    self.sharesContent = sharesContent
    self.tally = tally
  }
}
