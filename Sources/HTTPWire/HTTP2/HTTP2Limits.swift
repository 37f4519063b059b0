// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The bounds that hold for HTTP/2 beside those of requests in general. What is one past them ends a stream or, where
/// it is abuse, the connection with ENHANCE_YOUR_CALM.
public struct HTTP2Limits: Hashable, Sendable {
  /// So many at once, and so many more each second.
  public struct Rate: Hashable, Sendable {
    /// Frames allowed at once.
    public var burst: Int
    /// Frames allowed again for each second that passes.
    public var perSecond: Int

    /// A rate of these parts.
    public init(burst: Int, perSecond: Int) {
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  /// Streams that a peer may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS).
  public var streams = 100
  /// Streams that end by RST_STREAM, sent by the peer or owed to it, and those refused (CVE-2023-44487, CVE-2025-8671).
  public var resets = Rate(burst: 200, perSecond: 20)
  /// Frames beside DATA that wait to be sent; with more, nothing is read from a peer that does not read.
  public var queuedFrames = 500
  /// SETTINGS frames.
  public var settings = Rate(burst: 20, perSecond: 1)
  /// PING frames.
  public var pings = Rate(burst: 100, perSecond: 10)
  /// DATA frames that bring nothing and end nothing, or belong to no open stream.
  public var emptyData = Rate(burst: 100, perSecond: 10)
  /// PRIORITY and PRIORITY_UPDATE frames, which are read and not heeded.
  public var priorities = Rate(burst: 200, perSecond: 20)
  /// WINDOW_UPDATE frames; each DATA frame sent allows two more.
  public var windowUpdates = Rate(burst: 1000, perSecond: 100)
  /// GOAWAY frames, and frames of types not known.
  public var otherFrames = Rate(burst: 100, perSecond: 10)
  /// CONTINUATION frames of one field block (CVE-2024-28182).
  public var continuations = 8
  /// A decoded field section as RFC 9113 §6.5.2 counts it; more ends the connection. Far below, the limits of requests
  /// answer 431.
  public var fieldSectionOctets = 65_536
  /// Octets of request bodies held for one connection, over all its streams; a body beyond is answered 503.
  public var heldBodyOctets = 64 << 20
  /// The window for the body of one request, and for all of a connection.
  public var streamWindowOctets = 262_144
  /// The window of a connection.
  public var connectionWindowOctets = 1 << 20

  /// Content of one DATA frame at most: the size of frames that RFC 9113 §6.5.2 begins with, which is not changed.
  public static let largestFrame = 16_384

  /// The defaults.
  public init() {}
}
