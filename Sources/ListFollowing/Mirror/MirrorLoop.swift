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
      let way = SourceTransport(
        to: FollowSource(name: "server", transport: transport, isOrigin: true), patience: .ofTheLast,
        now: Date(), clock: { .now })
      report(MirrorRound(settings: settings, transport: way, now: Date()).run())
      stop.leaveRound()
      // Left alone as long as it wishes, and a little longer.
      let wished = (way.leftAloneUntil?.timeIntervalSinceNow ?? 0) * Double.random(in: 1...1.2)
      let deadline = ContinuousClock.now + .seconds(max(Double(interval), wished))
      while stop.isWaiting && ContinuousClock.now < deadline { usleep(200_000) }
    }
  }
}
