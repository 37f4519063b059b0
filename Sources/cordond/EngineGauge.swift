// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPServing
private import Synchronization

/// Hands the engine's counters to the service, which is made before the engine.
final class EngineGauge: Sendable {
  private let server = Mutex<HTTPServer?>(nil)
  /// The allocator walks through all that is free to tell it: once a second at most, whoever asks how often.
  private let heap = Mutex<(at: ContinuousClock.Instant, octets: (used: Int, free: Int))?>(nil)

  func watch(_ server: HTTPServer) { self.server.withLock { $0 = server } }

  /// When the certificate and the first revocation list end, in seconds since 1970; 0 without one.
  var ends: (certificate: Int, revocations: Int) {
    guard let server = server.withLock({ $0 }) else { return (0, 0) }
    let counters = server.counters
    return (counters.certificateEnd, counters.revocationsEnd)
  }

  var values: [(name: String, value: Int)] {
    guard let server = server.withLock({ $0 }) else { return [] }
    let counters = server.counters
    let heap = heapNow
    return [
      ("connections_accepted", counters.connectionsAccepted), ("connections_open", counters.connectionsOpen),
      ("connections_refused", counters.connectionsRefused),
      ("handshakes_completed", counters.handshakesCompleted),
      ("handshakes_resumed", counters.handshakesResumed), ("handshakes_failed", counters.handshakesFailed),
      ("requests", counters.requests), ("requests_in_flight", counters.requestsInFlight),
      ("requests_parked", counters.requestsParked), ("requests_malformed", counters.requestsMalformed),
      ("deadlines_missed", counters.deadlinesMissed),
      ("accept_pauses", counters.acceptPauses), ("octets_received", counters.octetsReceived),
      ("octets_sent", counters.octetsSent), ("octets_held", counters.octetsHeld),
      ("heap_used_octets", heap.used), ("heap_free_octets", heap.free),
      ("log_lines_lost", Console.linesLost),
      ("introductions_refused", counters.introductionsRefused),
      ("administrators_refused", counters.administratorsRefused),
      ("certificates_reviewed", counters.certificatesReviewed),
      ("certificates_forgotten", counters.certificatesForgotten),
      ("revocations_end_seconds", counters.revocationsEnd),
      ("certificate_end_seconds", counters.certificateEnd),
    ]
      + counters.http2.values.map { ("http2_" + $0.name, $0.value) }
      + EngineLimit.allCases.map {
        ("limits_reached{limit=\"\($0.rawValue)\"}", counters.limitsReached[$0, default: 0])
      }
  }

  private var heapNow: (used: Int, free: Int) {
    heap.withLock { heap in
      let now = ContinuousClock.now
      if let heap, now - heap.at < .seconds(1) { return heap.octets }
      let octets = ProcessMemory.heap
      heap = (now, octets)
      return octets
    }
  }
}
