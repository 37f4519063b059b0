// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import Testing

/// What was in place before, until a resolver has confirmed what took its place: whatever comes between.
struct LastGoodTests {
  let server: SimulatedServer
  let resolvers: FakeResolvers
  var settings: FollowSettings
  let good = [".one.example"]
  let bad = [".one.example", ".www.isp.example"]

  init() throws {
    server = try SimulatedServer()
    resolvers = try FakeResolvers()
    settings = try resolvers.settings(server)
    settings.verified = [try resolvers.address(1)]
    settings.openNames = ["www.isp.example"]
    resolvers.readers = [1]
    try server.publish(good)
  }

  private var previous: String { resolvers.text(resolvers.folder + "/.db.rpz.previous") }
  private var zone: String { Self.withoutSerial(resolvers.text(resolvers.zone)) }

  /// A zone but for its serial, which never goes back.
  private static func withoutSerial(_ zone: String?) -> String {
    (zone ?? "").split(separator: "\n").filter { !$0.contains(" SOA ") }.joined(separator: "\n")
  }

  /// Answers by what lies on a disk in memory.
  private final class Reader: ResolverProbe {
    var disk: MemoryFileSystem
    init(_ disk: MemoryFileSystem) { self.disk = disk }

    func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
      let zone = disk.text(Follower.rpz) ?? ""
      var answer = NameAnswer(code: 0)
      if question.kind == .txt {
        answer.texts = zone.split(separator: "\n").filter { $0.contains(" TXT ") }.map {
          String($0.split(separator: "\"")[1])
        }
      } else if zone.contains("\n\(question.name) CNAME .\n") {
        answer.code = 3
      } else {
        answer.addresses = ["192.0.2.1"]
      }
      return answer
    }
  }

  private func round(_ follower: Follower) -> FollowReport {
    var settings = follower.settings
    settings.denyFile = "/deny"
    settings.verifyPatience = .milliseconds(1)
    settings.openNames = ["www.isp.example"]
    if let address = ResolverAddress("127.0.0.1:53") { settings.verified = [address] }
    var round = FollowRound(
      settings: settings, transport: server, files: follower.disk, now: server.now)
    round.probe = Reader(follower.disk)
    return round.run()
  }

  @Test(arguments: [false, true])
  func `a power cut anywhere between writing and verifying leaves a way back to what was confirmed`(
    isNewer: Bool
  ) throws {
    let follower = Follower(server)
    follower.disk.put("", at: "/deny")
    #expect(round(follower).summary == "updated 0 1")
    let (files, confirmed) = (
      follower.disk.files, Self.withoutSerial(follower.disk.text(Follower.rpz))
    )
    try server.publish(bad)
    var cuts = 0
    for step in 0... {
      var victim = follower
      victim.disk = MemoryFileSystem(files: files)
      victim.disk.cutPower(after: step)
      let report = round(victim)
      let wasCut = report.summary.contains("the power is cut")
      victim.disk = MemoryFileSystem(files: victim.disk.files)
      // Something newer, as bad, is no reason to take the one before for good.
      if isNewer { victim.disk.put(".three.example\n", at: "/deny") }
      let next = round(victim)
      #expect(next.summary.contains("back in place"), "step \(step): \(next.lines)")
      #expect(Self.withoutSerial(victim.disk.text(Follower.rpz)) == confirmed, "step \(step)")
      #expect(victim.output == ".one.example\n", "step \(step)")
      #expect(victim.state?.unverified == nil && victim.state?.rejected != nil, "step \(step)")
      #expect(!victim.disk.files.keys.contains { $0.hasSuffix(".previous") }, "step \(step)")
      guard wasCut else { break }
      cuts += 1
    }
    #expect(cuts >= 40, "\(cuts)")
    // The same while a good release is confirmed.
    for step in 0... {
      var victim = follower
      victim.disk = MemoryFileSystem(files: files)
      if step == 0 { try server.publish([".two.example"]) }
      victim.disk.cutPower(after: step)
      let wasCut = round(victim).summary.contains("the power is cut")
      victim.disk = MemoryFileSystem(files: victim.disk.files)
      let next = round(victim)
      #expect(next.summary.hasSuffix(" \(server.releases.count - 1)"), "step \(step): \(next.lines)")
      #expect(victim.output == ".two.example\n" && victim.state?.unverified == nil, "step \(step)")
      guard wasCut else { break }
    }
  }

  @Test func `what a silent resolver did not confirm is taken back by a later round`() throws {
    resolvers.round(settings, server)
    let confirmed = zone
    try server.publish(bad)
    resolvers.silent = [1]
    #expect(resolvers.round(settings, server).summary == "127.0.0.1:1: no answer")
    #expect(Self.withoutSerial(previous) == confirmed && zone != confirmed)
    #expect(resolvers.state?.unverified?.version == 2)
    // Another bad one is not written over the last that was confirmed.
    try server.publish(bad + [".three.example"])
    #expect(resolvers.round(settings, server).summary == "127.0.0.1:1: no answer")
    #expect(Self.withoutSerial(previous) == confirmed)
    resolvers.silent = []
    let summary = resolvers.round(settings, server).summary
    #expect(summary.contains("must stay open") && summary.contains("before version 2 are back"), "\(summary)")
    #expect(zone == confirmed && previous.isEmpty)
    try server.publish(good)
    #expect(resolvers.round(settings, server).summary == "updated 3 4")
    #expect(resolvers.state?.unverified == nil && previous.isEmpty)
  }

  @Test func `a state that is lost meanwhile does not lose what was confirmed`() throws {
    resolvers.round(settings, server)
    try server.publish(bad)
    resolvers.silent = [1]
    resolvers.round(settings, server)
    try resolvers.files.write(
      Array("x".utf8), to: resolvers.folder + "/state/state.json", like: FileStamp(permissions: 0o600))
    resolvers.silent = []
    #expect(resolvers.round(settings, server).summary.contains("back in place"))
    #expect(!zone.contains("www.isp.example") && zone.contains("one.example"))
  }

  /// As `checkconf && reload`: the resolver goes on with what it read before.
  @Test func `a reload command that refuses the file is a failed verification`() throws {
    var settings = settings
    settings.openNames = []
    resolvers.loaded = resolvers.folder + "/loaded"
    settings.reloadCommand =
      "cd '\(resolvers.folder)'; ! grep -q www db.rpz || { echo bad line >&2; exit 2; }; cp db.rpz loaded"
    #expect(resolvers.round(settings, server).summary == "updated 0 1")
    for isSilent in [false, true] {
      let confirmed = zone
      resolvers.silent = isSilent ? [1] : []
      try server.publish(bad)
      let report = resolvers.round(settings, server)
      #expect(report.summary.contains("the reload command ended with 2 (see "), "\(report.lines)")
      #expect(!report.summary.contains("bad line"))
      #expect(report.summary.contains("back in place") && report.lines.count == 1, "\(report.lines)")
      #expect(zone == confirmed)
      #expect(resolvers.state?.needsReload == false && resolvers.state?.unverified == nil)
      // In the rest that follows it is not written again.
      #expect(resolvers.round(settings, server).summary == report.summary)
      #expect(zone == confirmed)
      resolvers.silent = []
      try server.publish(good)
      #expect(resolvers.round(settings, server).summary.hasPrefix("updated "))
    }
  }

  @Test func `a reload command that fails although the resolver has the release takes nothing back`() throws {
    var settings = settings
    resolvers.round(settings, server)
    settings.reloadCommand = "exit 1"
    try server.publish([".two.example"])
    #expect(resolvers.round(settings, server).summary.hasPrefix("output written, but the reload command"))
    #expect(zone.contains("two.example") && resolvers.state?.unverified == nil)
    #expect(resolvers.state?.needsReload == true)
  }

  @Test func `a reload that took too long is made again before anything is taken back`() throws {
    var settings = settings
    resolvers.loaded = resolvers.folder + "/loaded"
    let copy = "cd '\(resolvers.folder)' && cp db.rpz loaded"
    settings.reloadCommand = copy
    resolvers.round(settings, server)
    try server.publish([".two.example"])
    resolvers.silent = [1]
    settings.reloadCommand = "sleep 30"
    settings.reloadTimeout = .milliseconds(100)
    #expect(resolvers.round(settings, server).lines.count == 2)
    resolvers.silent = []
    settings.reloadCommand = copy
    settings.reloadTimeout = .seconds(30)
    #expect(resolvers.round(settings, server).summary == "current 2")
    // One that was carried out, for all the command knows, and that the resolver did not see.
    try server.publish([".three.example"])
    resolvers.silent = [1]
    settings.reloadCommand = "true"
    resolvers.round(settings, server)
    resolvers.silent = []
    settings.reloadCommand = copy
    #expect(resolvers.round(settings, server).summary == "current 3")
    #expect(zone.contains("three.example"))
  }

  @Test func `without a resolver to ask, nothing is kept any longer`() throws {
    resolvers.round(settings, server)
    try server.publish(bad)
    resolvers.silent = [1]
    resolvers.round(settings, server)
    var settings = settings
    settings.verified = []
    settings.targets = [try resolvers.unbound(2)]
    settings.openNames = []
    #expect(resolvers.round(settings, server).summary == "current 2")
    #expect(resolvers.state?.unverified == nil && previous.isEmpty)
  }
}
