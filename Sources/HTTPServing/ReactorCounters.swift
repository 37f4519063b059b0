// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Synchronization

/// One reactor's counters. Only its reactor writes them, so a load and a store suffice; anyone may
/// read.
final class ReactorCounters: Sendable {
  let connectionsAccepted = Atomic<Int>(0)
  let connectionsOpen = Atomic<Int>(0)
  let connectionsRefused = Atomic<Int>(0)
  let handshakesCompleted = Atomic<Int>(0)
  let handshakesResumed = Atomic<Int>(0)
  let handshakesFailed = Atomic<Int>(0)
  let introductionsRefused = Atomic<Int>(0)
  let administratorsRefused = Atomic<Int>(0)
  let requests = Atomic<Int>(0)
  let requestsMalformed = Atomic<Int>(0)
  let deadlinesMissed = Atomic<Int>(0)
  let acceptPauses = Atomic<Int>(0)
  let parked = Atomic<Int>(0)
  let octetsReceived = Atomic<Int>(0)
  let octetsSent = Atomic<Int>(0)
  let limits = LimitTally()
  let certificatesReviewed = Atomic<Int>(0)
  let certificatesForgotten = Atomic<Int>(0)
  let http2 = HTTP2ReactorCounters()

  func add(to sum: inout ServerCounters) {
    sum.connectionsAccepted += connectionsAccepted.value
    sum.connectionsOpen += connectionsOpen.value
    sum.connectionsRefused += connectionsRefused.value
    sum.handshakesCompleted += handshakesCompleted.value
    sum.handshakesResumed += handshakesResumed.value
    sum.handshakesFailed += handshakesFailed.value
    sum.introductionsRefused += introductionsRefused.value
    sum.administratorsRefused += administratorsRefused.value
    sum.requests += requests.value
    sum.requestsMalformed += requestsMalformed.value
    sum.deadlinesMissed += deadlinesMissed.value
    sum.acceptPauses += acceptPauses.value
    sum.requestsParked += parked.value
    sum.octetsReceived += octetsReceived.value
    sum.octetsSent += octetsSent.value
    limits.add(to: &sum.limitsReached)
    sum.certificatesReviewed += certificatesReviewed.value
    sum.certificatesForgotten += certificatesForgotten.value
    http2.add(to: &sum.http2)
  }
}

extension Atomic<Int> {
  var value: Int { load(ordering: .relaxed) }

  /// Adds, for a counter with one writer.
  func bump(by amount: Int = 1) { store(load(ordering: .relaxed) &+ amount, ordering: .relaxed) }
}
