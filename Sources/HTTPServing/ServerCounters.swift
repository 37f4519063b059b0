// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What the engine has done since it started; sums over all reactors, read without stopping them.
public struct ServerCounters: Hashable, Sendable {
  public var connectionsAccepted = 0
  public var connectionsOpen = 0
  public var connectionsRefused = 0
  public var handshakesCompleted = 0
  public var handshakesResumed = 0
  public var handshakesFailed = 0
  public var requests = 0
  public var requestsInFlight = 0
  public var requestsMalformed = 0
  public var deadlinesMissed = 0
  public var acceptPauses = 0
  public var octetsReceived = 0
  public var octetsSent = 0

  public init() {}
}
