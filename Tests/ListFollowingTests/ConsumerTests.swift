// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import ListFormats
import Testing

/// Several files and resolvers: each is brought as far as it can be, whatever becomes of the others.
struct ConsumerTests {
  let server: SimulatedServer
  let resolvers: FakeResolvers
  var settings: FollowSettings

  init() throws {
    server = try SimulatedServer()
    resolvers = try FakeResolvers()
    settings = try resolvers.settings(server)
    try server.publish([".one.example", ".two.example"])
  }

  @Test func `a told resolver that is down keeps no other waiting, removals included`() throws {
    var settings = settings
    settings.targets = [try resolvers.unbound(1), try resolvers.unbound(2)]
    #expect(resolvers.round(settings, server).summary == "updated 0 1")
    try resolvers.turn(1, off: true)
    try server.publish([".two.example", ".three.example"])
    let report = resolvers.round(settings, server)
    #expect(report.summary.hasPrefix("unbound-control@127.0.0.1:1: "), "\(report.lines)")
    #expect(report.lines.count == 1)
    #expect(resolvers.zones(1) == ["one", "two"])
    #expect(resolvers.zones(2) == ["two", "three"])
    let state = try #require(resolvers.state)
    #expect(state.told.filter(\.isBehind).map(\.key) == ["unbound-control@127.0.0.1:1"])
    #expect(FollowStatus(of: state, now: server.now, patience: 60) == .stale)
    #expect(state.told.contains { $0.problem?.hasPrefix("unbound-control@127.0.0.1:1: ") == true })
    // Whoever failed before does not hold up the others: it comes last.
    try server.publish([".three.example"])
    resolvers.round(settings, server)
    #expect(resolvers.zones(2) == ["three"])
    try resolvers.turn(1, off: false)
    #expect(resolvers.round(settings, server).summary == "current 3")
    #expect(resolvers.zones(1) == ["three"])
    #expect(resolvers.state?.told.contains(where: \.isBehind) == false)
  }

  @Test func `two that are down are both named, and all that failed is in the textfile`() throws {
    var settings = settings
    settings.targets = [try resolvers.unbound(1), try resolvers.unbound(2), try resolvers.unbound(3)]
    settings.textfile = resolvers.folder + "/metrics"
    try resolvers.turn(1, off: true)
    try resolvers.turn(3, off: true)
    let report = resolvers.round(settings, server)
    #expect(report.lines.count == 2 && report.lines[0].contains(":1: ") && report.lines[1].contains(":3: "))
    #expect(resolvers.zones(2) == ["one", "two"])
    let metrics = resolvers.text(resolvers.folder + "/metrics")
    for (port, value) in [(1, 1), (2, 0), (3, 1)] {
      let line =
        "resolver_pending{list=\"worst-of\",resolver=\"unbound-control@127.0.0.1:\(port)\"} \(value)\n"
      #expect(metrics.contains(line), "\(metrics)")
    }
    #expect(metrics.contains("outcome=\"resolver-failed\"} 1"))
  }

  @Test func `a resolver taken out of service in the middle of being told is owed nothing any more`() throws {
    var settings = settings
    settings.textfile = resolvers.folder + "/metrics"
    settings.targets = [try resolvers.unbound(1), try resolvers.unbound(2)]
    resolvers.round(settings, server)
    try resolvers.turn(1, off: true)
    try server.publish([".two.example", ".three.example"])
    resolvers.round(settings, server)
    #expect(resolvers.state?.told.contains { $0.isOwing } == true)
    let target = settings.targets.removeFirst()
    for _ in 0..<2 {
      #expect(resolvers.round(settings, server).summary == "current 2")
      #expect(FollowStatus(of: resolvers.state, now: server.now, patience: 60) == .current)
      #expect(!resolvers.text(resolvers.folder + "/metrics").contains("127.0.0.1:1\""))
      // The last one goes as well.
      settings.targets = []
    }
    // Back in service, it is told what it lacks and what it has too much.
    try resolvers.turn(1, off: false)
    settings.targets = [target]
    try server.publish([".three.example"])
    #expect(resolvers.round(settings, server).summary == "updated 2 3")
    #expect(resolvers.zones(1) == ["three"])
  }

  @Test func `a reload that fails keeps no resolver from being told`() throws {
    var settings = settings
    settings.targets = [try resolvers.unbound(1)]
    #expect(resolvers.round(settings, server).summary == "updated 0 1")
    settings.reloadCommand = "exit 3"
    try server.publish([".two.example"])
    let report = resolvers.round(settings, server)
    #expect(report.summary.contains("ended with 3") && report.lines.count == 1)
    #expect(resolvers.zones(1) == ["two"])
    #expect(FollowStatus(of: resolvers.state, now: server.now, patience: 60) == .stale)
  }

  @Test func `an output that cannot be written keeps neither another nor a resolver waiting`() throws {
    var settings = settings
    settings.targets = [try resolvers.unbound(1)]
    settings.outputs.insert(.init(format: .entries, path: resolvers.folder + "/missing/out.txt"), at: 0)
    let report = resolvers.round(settings, server)
    #expect(report.lines.count == 1 && report.lines[0].hasPrefix("cannot write "))
    #expect(resolvers.text(resolvers.zone).contains("\ntwo.example CNAME .\n"))
    #expect(resolvers.zones(1) == ["one", "two"])
    try resolvers.files.makeDirectory(resolvers.folder + "/missing")
    #expect(resolvers.round(settings, server).summary == "current 1")
    #expect(resolvers.text(resolvers.folder + "/missing/out.txt") == ".one.example\n.two.example\n")
  }

  @Test func `a resolver that does not answer takes nothing back from one that does`() throws {
    var settings = settings
    settings.verified = [try resolvers.address(1), try resolvers.address(2)]
    resolvers.readers = [1, 2]
    #expect(resolvers.round(settings, server).summary == "updated 0 1")
    resolvers.silent = [2]
    try server.publish([".two.example", ".three.example"])
    let report = resolvers.round(settings, server)
    #expect(report.lines == ["127.0.0.1:2: no answer"])
    #expect(!resolvers.text(resolvers.zone).contains("one.example"))
    #expect(resolvers.text(resolvers.zone).contains("\nthree.example CNAME .\n"))
    #expect(FollowStatus(of: resolvers.state, now: server.now, patience: 60) == .refused)
    // Nor does silence all around.
    resolvers.silent = [1, 2]
    try server.publish([".three.example"])
    #expect(resolvers.round(settings, server).summary == "127.0.0.1:1: no answer; 127.0.0.1:2: no answer")
    #expect(!resolvers.text(resolvers.zone).contains("two.example"))
    resolvers.silent = []
    #expect(resolvers.round(settings, server).summary == "current 3")
  }

  @Test func `one that answers wrongly takes all back, whoever else is silent`() throws {
    var settings = settings
    settings.verified = [try resolvers.address(1), try resolvers.address(2)]
    resolvers.readers = [1, 2]
    resolvers.round(settings, server)
    resolvers.silent = [1]
    resolvers.choking = [2: "three.example"]
    try server.publish([".three.example"])
    let summary = resolvers.round(settings, server).summary
    #expect(summary.contains("back in place") && summary.contains("127.0.0.1:1: no answer"), "\(summary)")
    #expect(resolvers.text(resolvers.zone).contains("\none.example CNAME .\n"))
  }

  @Test func `outputs that were taken back keep no resolver from being told`() throws {
    var settings = settings
    settings.verified = [try resolvers.address(2)]
    settings.targets = [try resolvers.unbound(1)]
    resolvers.readers = [2]
    resolvers.round(settings, server)
    resolvers.choking = [2: "three.example"]
    try server.publish([".two.example", ".three.example"])
    #expect(resolvers.round(settings, server).summary.contains("back in place"))
    #expect(resolvers.zones(1) == ["two", "three"])
    // In the rest that follows too.
    try resolvers.turn(1, off: true)
    resolvers.round(settings, server)
    try resolvers.turn(1, off: false)
    #expect(resolvers.round(settings, server).summary.contains("back in place"))
    #expect(resolvers.state?.told.contains(where: \.isBehind) == false)
  }

  @Test func `a name kept open whose own servers fail is no reason to take anything back`() throws {
    final class Failing: ResolverProbe {
      let resolvers: FakeResolvers
      init(_ resolvers: FakeResolvers) { self.resolvers = resolvers }
      func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
        question.name == "www.isp.example"
          ? NameAnswer(code: 2) : resolvers.ask(question, at: address, patience: patience)
      }
    }
    var settings = settings
    settings.verified = [try resolvers.address(1)]
    settings.openNames = ["www.isp.example"]
    resolvers.readers = [1]
    resolvers.round(settings, server)
    try server.publish([".three.example"])
    var round = FollowRound(
      settings: settings, transport: server, files: resolvers.files, now: server.now)
    round.probe = Failing(resolvers)
    #expect(round.run().summary.contains("cannot be resolved at present"))
    #expect(resolvers.text(resolvers.zone).contains("\nthree.example CNAME .\n"))
  }
}
