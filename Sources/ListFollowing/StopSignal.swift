// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Glibc
private import Synchronization

/// Ends a following process cleanly on SIGTERM or SIGINT: at once while it waits, after the round while it works.
public final class StopSignal {
  private let gate = Gate()
  private var sources: [any DispatchSourceSignal] = []

  /// A stop that nobody asks for yet.
  public init() {}

  /// Listens to SIGTERM and SIGINT from now on.
  public func install() {
    for number in [SIGTERM, SIGINT] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [gate] in
        // Between rounds nothing is half done; a long poll need not be waited for.
        if gate.stop() { exit(0) }
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Asks to stop after the round.
  package func request() { _ = gate.stop() }

  /// Announces a round; false when no further one shall start.
  func enterRound() -> Bool { gate.enter() }

  /// Announces a round's end.
  func leaveRound() { gate.leave() }

  /// Whether nobody asked to stop.
  var isWaiting: Bool { gate.isWaiting }
}

/// What the loop and the signal handler share.
private final class Gate: Sendable {
  private enum Phase { case waiting, working, stopping }

  private let phase = Mutex(Phase.waiting)

  var isWaiting: Bool { phase.withLock { $0 == .waiting } }

  /// Asks to stop; true when nothing is under way.
  func stop() -> Bool {
    phase.withLock { phase in
      defer { phase = .stopping }
      return phase == .waiting
    }
  }

  func enter() -> Bool {
    phase.withLock { phase in
      guard phase == .waiting else { return false }
      phase = .working
      return true
    }
  }

  func leave() {
    phase.withLock { if $0 == .working { $0 = .waiting } }
  }
}
