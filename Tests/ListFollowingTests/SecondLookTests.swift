// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import ListFormats
import Testing

/// What goes wrong with one release and the one before alike is no reason to keep what was taken off the list.
struct SecondLookTests {
  /// Says that some names do not exist, whatever resolver is asked.
  private final class Lapsed: ResolverProbe {
    let resolvers: FakeResolvers
    var names: Set<String>

    init(_ resolvers: FakeResolvers, _ names: Set<String>) {
      (self.resolvers, self.names) = (resolvers, names)
    }

    func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
      guard question.kind == .a, names.contains(question.name) else {
        return resolvers.ask(question, at: address, patience: patience)
      }
      return NameAnswer(code: 3)
    }
  }

  let server: SimulatedServer
  let resolvers: FakeResolvers
  var settings: FollowSettings
  private let probe: Lapsed

  init() throws {
    server = try SimulatedServer()
    resolvers = try FakeResolvers()
    settings = try resolvers.settings(server)
    settings.openNames = ["shop.isp.example", "www.isp.example"]
    resolvers.readers = [1]
    probe = Lapsed(resolvers, [])
    try server.publish([".one.example", ".wrong.example"])
  }

  @discardableResult
  private func round(_ settings: FollowSettings) -> FollowReport {
    var round = FollowRound(
      settings: settings, transport: server, files: resolvers.files, now: server.now)
    round.probe = probe
    return round.run()
  }

  private var zone: String { resolvers.text(resolvers.zone) }

  @Test func `a name kept open that exists no more keeps no removal from resolvers`() throws {
    var settings = settings
    settings.verified = [try resolvers.address(1)]
    settings.reloadCommand = "echo reload >>'\(resolvers.folder)/reloads'"
    #expect(round(settings).summary == "updated 0 1")
    probe.names = ["shop.isp.example"]
    try server.publish([".one.example"])
    let report = round(settings)
    #expect(report.summary.contains("shop.isp.example, which must stay open"), "\(report.lines)")
    #expect(report.summary.contains("were no better, so version 2 stays in place"), "\(report.lines)")
    #expect(!zone.contains("wrong.example") && zone.contains("one.example"))
    #expect(FollowStatus(of: resolvers.state, now: server.now, patience: 60) == .refused)
    // That is not tried again in every round, nor is anything reloaded.
    let reloads = resolvers.text(resolvers.folder + "/reloads")
    #expect(round(settings).summary == report.summary)
    #expect(!zone.contains("wrong.example") && resolvers.text(resolvers.folder + "/reloads") == reloads)
    // A release that itself is at fault is taken back all the same, though it is not the only one.
    try server.publish([".one.example", ".www.isp.example"])
    #expect(round(settings).summary.contains("are back in place"))
    #expect(!zone.contains("www.isp.example") && !zone.contains("wrong.example"))
    probe.names = []
    try server.publish([".one.example", ".two.example"])
    #expect(round(settings).summary == "updated 3 4")
    #expect(zone.contains("two.example") && resolvers.state?.unhelped == nil)
  }

  @Test func `the same of a resolver that is told`() throws {
    var settings = settings
    settings.targets = [try resolvers.unbound(2)]
    #expect(round(settings).summary == "updated 0 1")
    probe.names = ["shop.isp.example"]
    try server.publish([".one.example"])
    let report = round(settings)
    #expect(report.summary.contains("no better, so it holds version 2 all the same"), "\(report.lines)")
    #expect(resolvers.zones(2) == ["one"])
    let log = resolvers.text(resolvers.folder + "/2.log")
    #expect(round(settings).summary == report.summary)
    #expect(resolvers.text(resolvers.folder + "/2.log") == log)
    try server.publish([".one.example", ".www.isp.example"])
    #expect(round(settings).summary.contains("brought back to version 2"))
    #expect(resolvers.zones(2) == ["one"])
    probe.names = []
    try server.publish([".one.example", ".two.example"])
    #expect(round(settings).summary == "updated 3 4")
    #expect(resolvers.zones(2) == ["one", "two"])
  }

  @Test func `a resolver whose trouble is over says so in the next round`() throws {
    var settings = settings
    settings.targets = [try resolvers.unbound(2)]
    settings.verified = [try resolvers.address(1)]
    round(settings)
    probe.names = ["shop.isp.example"]
    try server.publish([".one.example"])
    #expect(round(settings).lines.count == 2)
    probe.names = []
    #expect(round(settings).summary == "current 2")
    #expect(FollowStatus(of: resolvers.state, now: server.now, patience: 60) == .current)
  }

  @Test(arguments: [ListFormat.entries, .unbound])
  func `an output that cannot be written keeps the others from nothing: they are taken back where they hurt`(
    _ format: ListFormat
  ) throws {
    var settings = settings
    settings.verified = [try resolvers.address(1)]
    round(settings)
    settings.outputs.append(.init(format: format, path: resolvers.folder + "/missing/out"))
    try server.publish([".one.example", ".www.isp.example"])
    let report = round(settings)
    #expect(report.lines.contains { $0.contains("are back in place") }, "\(report.lines)")
    #expect(report.lines.contains { $0.contains("/missing/") }, "\(report.lines)")
    #expect(!zone.contains("www.isp.example") && zone.contains("wrong.example"))
    // Where they do not, they stay, and are not confirmed by one that may read the other.
    server.now.addTimeInterval(901)
    try server.publish([".one.example"])
    #expect(round(settings).lines.count == 1)
    #expect(!zone.contains("wrong.example"))
    #expect((resolvers.state?.unverified == nil) == (format == .entries))
  }
}
