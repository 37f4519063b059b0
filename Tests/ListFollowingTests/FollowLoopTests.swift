// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

/// What a following process does between rounds.
struct FollowLoopTests {
  /// Holds long polls, and publishes while it holds the first.
  private final class Polled: Transport {
    let server: SimulatedServer
    let next: [String]
    private(set) var polls: [String] = []

    init(_ server: SimulatedServer, publishing next: [String]) { (self.server, self.next) = (server, next) }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      guard request.path.contains("wait=") else { return try server.send(request) }
      guard request.fields["Accept"] == "text/plain" else { return TransportAnswer(status: 406) }
      polls.append(request.path)
      if polls.count == 1 { try? server.publish(next) }
      return TransportAnswer(status: 200)
    }
  }

  let server: SimulatedServer
  let resolvers: FakeResolvers
  var settings: FollowSettings

  init() throws {
    server = try SimulatedServer()
    server.now = Date()
    resolvers = try FakeResolvers()
    settings = try resolvers.settings(server)
    settings.targets = [try resolvers.unbound(1), try resolvers.unbound(2)]
    try server.publish([".one.example", ".wrong.example"])
  }

  /// Runs two rounds.
  private func run(_ transport: any Transport) -> [FollowReport] {
    let stop = StopSignal()
    var reports: [FollowReport] = []
    var loop = FollowLoop(
      settings: settings, sources: [FollowSource(name: "server", transport: transport, isOrigin: true)],
      files: resolvers.files, stop: stop, interval: 5
    ) { report in
      reports.append(report)
      if reports.count == 2 { stop.request() }
    }
    loop.probe = resolvers
    _ = loop.run()
    return reports
  }

  @Test func `one resolver that is off ends no long poll: the other has what is taken off at once`() throws {
    try resolvers.turn(1, off: true)
    let polled = Polled(server, publishing: [".one.example"])
    let reports = run(polled)
    #expect(reports.map(\.summary).allSatisfy { $0.hasPrefix("unbound-control@127.0.0.1:1") })
    #expect(polled.polls.count == 1 && polled.polls.first?.contains("since=1&wait=") == true)
    #expect(resolvers.zones(2) == ["one"])
    #expect(reports.last?.taken == 2)
  }

  @Test func `a list that could not be taken is not asked for by long poll`() throws {
    let polled = Polled(server, publishing: [".one.example"])
    server.lie("timestamp") { _ in TransportAnswer(status: 503) }
    let reports = run(polled)
    #expect(reports.count == 2 && polled.polls.isEmpty && reports.allSatisfy { $0.taken == nil })
  }
}
