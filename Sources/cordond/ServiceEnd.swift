// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
internal import HTTPServing
private import Synchronization

/// What ends a service that runs: a signal, or a successor.
struct ServiceEnd: Sendable {
  enum Cause: Sendable {
    case signal
    /// A successor serves.
    case served
    /// A successor has all it needs but the store.
    case wantsStore(HandoverLink)
  }

  private let causes: AsyncStream<Cause>
  private let report: AsyncStream<Cause>.Continuation
  private let patience: Duration
  /// Whether a successor is on its way; one at a time.
  private let isExpecting = Flag()
  private let isTold = Flag()

  /// - Parameter patience: how long a successor may take, from the sockets to its next word.
  init(patience: Duration) {
    self.patience = patience
    (causes, report) = AsyncStream.makeStream(of: Cause.self)
  }

  /// SIGTERM and SIGINT count as long as what this returns is kept.
  func heedSignals() -> Signals {
    Signals { [report, isTold] _ in
      isTold.value.withLock { $0 = true }
      report.yield(.signal)
    }
  }

  /// Waits for the first.
  func cause() async -> Cause {
    for await cause in causes { return cause }
    return .signal
  }

  /// Whether a signal said that it is to end, whatever else.
  var isTheLast: Bool { isTold.value.withLock { $0 } }

  /// Whether a successor may have the sockets now.
  var isFree: Bool { !isExpecting.value.withLock { $0 } }

  /// A successor got the sockets. This process serves on, and ends only at its word.
  func follow(_ link: HandoverLink) {
    isExpecting.value.withLock { $0 = true }
    Console.log("cordond: a successor has the sockets (process \(link.peer.map(String.init) ?? "unknown"))")
    Task {
      switch await link.hear(within: patience) {
      case .word(.wantsStore):
        report.yield(.wantsStore(link))
        return
      case .word(.serves):
        report.yield(.served)
        return
      case .gone: Console.complain("the successor ended before it could serve: this process serves on")
      case .late, .word:
        // It would hold the sockets for good.
        link.endPeer()
        Console.complain(
          "the successor took longer than handover_seconds and was ended: this process serves on")
      }
      isExpecting.value.withLock { $0 = false }
    }
  }

  private final class Flag: Sendable { let value = Mutex(false) }
}
