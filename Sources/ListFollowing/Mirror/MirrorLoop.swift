// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
private import Glibc

/// Mirrors for good: a round every so many seconds, after failures too.
public struct MirrorLoop {
  private let settings: MirrorSettings
  private let transport: any Transport
  private let stop: StopSignal
  private let interval: Int
  private let report: (MirrorReport) -> Void

  /// A loop.
  /// - Parameter interval: seconds between rounds.
  public init(
    settings: MirrorSettings, transport: any Transport, stop: StopSignal, interval: Int,
    report: @escaping (MirrorReport) -> Void
  ) {
    self.settings = settings
    self.transport = transport
    self.stop = stop
    self.interval = interval
    self.report = report
  }

  /// Runs until asked to stop.
  public func run() {
    while stop.enterRound() {
      report(MirrorRound(settings: settings, transport: transport, now: Date()).run())
      stop.leaveRound()
      let deadline = ContinuousClock.now + .seconds(interval)
      while stop.isWaiting && ContinuousClock.now < deadline { usleep(200_000) }
    }
  }
}
