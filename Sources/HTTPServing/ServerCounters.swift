// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What the engine has done since it started; sums over all reactors, read without stopping them.
public struct ServerCounters: Hashable, Sendable {
  /// Connections taken, refused ones not counted.
  public var connectionsAccepted = 0
  /// Connections open now.
  public var connectionsOpen = 0
  /// Connections beyond a limit, turned away.
  public var connectionsRefused = 0
  /// TLS handshakes done, resumed ones included.
  public var handshakesCompleted = 0
  /// TLS handshakes that resumed a session.
  public var handshakesResumed = 0
  /// TLS handshakes that failed.
  public var handshakesFailed = 0
  /// Connections of balancers closed for their PROXY header, or for want of one.
  public var introductionsRefused = 0
  /// Connections to the administration socket by somebody else than its owner or root.
  public var administratorsRefused = 0
  /// Whole requests handed to the responder.
  public var requests = 0
  /// Deferred answers running now.
  public var requestsInFlight = 0
  /// Requests refused by the engine.
  public var requestsMalformed = 0
  /// Connections cut for slowness.
  public var deadlinesMissed = 0
  /// Times accepting paused for want of descriptors.
  public var acceptPauses = 0
  /// Requests parked now.
  public var requestsParked = 0
  /// Octets taken from peers, TLS removed.
  public var octetsReceived = 0
  /// Octets given to peers, before TLS.
  public var octetsSent = 0
  /// Octets held now that count towards `ServerLimits.heldOctets`.
  public var octetsHeld = 0
  /// How often each limit was reached: a peer turned away, cut off, refused or made to wait.
  public var limitsReached: [EngineLimit: Int] = [:]
  /// Client certificates that were verified again on a connection that lasts: after a reload, or since what they rest on had ended.
  public var certificatesReviewed = 0
  /// Client certificates that stopped counting on a connection that lasts: ended, or no longer accepted after a reload.
  public var certificatesForgotten = 0
  /// The second since 1970 at which the first revocation list runs out; 0 without one.
  public var revocationsEnd = 0
  /// The second since 1970 at which the first certificate of the chain that is shown ends; 0 without one.
  public var certificateEnd = 0
  /// What came by HTTP/2.
  public var http2 = HTTP2Counters()

  /// All zero.
  public init() {}
}
