// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import ListFormats
import Names
import Testing

/// What `--verify` asks for besides the marker.
struct CanaryVerificationTests {
  /// Answers the marker as it was written, and every address question in one way.
  final class Resolver: ResolverProbe {
    let disk: MemoryFileSystem
    var blocks = true
    var fails = false
    /// What makes it block nothing, where the policy zone holds it.
    var spoiling: String?
    private(set) var asked: [String] = []

    init(_ disk: MemoryFileSystem) { self.disk = disk }

    func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
      asked.append(question.name)
      let isSpoilt = spoiling.map { disk.text(Follower.rpz)?.contains($0) == true } ?? false
      let blocks = self.blocks && !isSpoilt
      var answer = NameAnswer(code: question.kind == .a && blocks ? 3 : 0)
      if question.kind == .a {
        answer.addresses = blocks || fails ? [] : ["192.0.2.1"]
        if fails { answer.code = 2 }
      } else if let line = disk.text(Follower.rpz)?.split(separator: "\n").last(where: {
        $0.contains(" TXT ")
      }) {
        answer.texts = [String(line.split(separator: "\"")[1])]
      }
      return answer
    }
  }

  private func round(_ server: SimulatedServer, _ follower: Follower, _ resolver: Resolver) throws
    -> FollowReport
  {
    var settings = follower.settings
    settings.verified = [try #require(ResolverAddress("127.0.0.1:53"))]
    settings.verifyPatience = .milliseconds(1)
    var round = FollowRound(settings: settings, transport: server, files: follower.disk, now: server.now)
    round.probe = resolver
    return round.run()
  }

  @Test func `the signed canary is written, asked for, and an output that does not block it is taken back`()
    throws
  {
    let server = try SimulatedServer()
    server.canary = "worst-of.canary.cordon.example"
    let follower = Follower(server)
    let resolver = Resolver(follower.disk)
    try server.publish([".one.example"])
    #expect(try round(server, follower, resolver).summary == "updated 0 1")
    #expect(resolver.asked.contains("worst-of.canary.cordon.example"))
    #expect(follower.disk.text(Follower.rpz)?.contains("\nworst-of.canary.cordon.example CNAME .\n") == true)
    #expect(follower.output == ".one.example\n")
    resolver.spoiling = "two.example"
    try server.publish([".one.example", ".two.example"])
    #expect(try round(server, follower, resolver).summary.contains("the canary is not blocked"))
    #expect(follower.disk.text(Follower.rpz)?.contains("two.example") == false)
    // One that blocks nothing whatever there is, is no reason to go back.
    resolver.blocks = false
    try server.publish([".three.example"])
    #expect(try round(server, follower, resolver).summary.contains("no better, so version 3 stays"))
    #expect(follower.output == ".three.example\n")
  }

  @Test func `a list without a canary is verified by its marker alone`() throws {
    let server = try SimulatedServer()
    let follower = Follower(server)
    let resolver = Resolver(follower.disk)
    resolver.blocks = false
    try server.publish([".one.example"])
    #expect(try round(server, follower, resolver).summary == "updated 0 1")
    #expect(resolver.asked.allSatisfy { $0.hasSuffix(".version.cordon.example") })
  }

  @Test func `a canary that nobody resolves leaves it to the marker, one kept open is not blocked`() throws {
    let server = try SimulatedServer()
    server.canary = "worst-of.canary.cordon.example"
    var follower = Follower(server)
    let resolver = Resolver(follower.disk)
    resolver.fails = true
    try server.publish([".one.example"])
    #expect(try round(server, follower, resolver).summary == "updated 0 1")
    follower.settings.allowFile = "allow"
    follower.disk.put(".cordon.example\n", at: "allow")
    resolver.fails = false
    resolver.blocks = false
    try server.publish([".one.example", ".two.example"])
    #expect(try round(server, follower, resolver).summary == "updated 1 2")
    #expect(follower.disk.text(Follower.rpz)?.contains("canary") == false)
  }

  @Test func `a canary that is not the list's own is not taken`() throws {
    let server = try SimulatedServer()
    server.canary = "bank.example"
    let follower = Follower(server)
    try server.publish([".one.example"])
    let report = try round(server, follower, Resolver(follower.disk))
    #expect(report.check == "rendered-digest")
    #expect(follower.disk.text(Follower.rpz) == nil)
  }

  /// Any resolver that knows nothing of the list: reserved names do not exist.
  final class Unblocking: ResolverProbe {
    var answer = NameAnswer(code: 3)
    func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
      answer
    }
  }

  private func hostsRound(
    _ server: SimulatedServer, _ follower: Follower, _ probe: some ResolverProbe, page: Bool = false,
    reload: String? = nil
  ) throws -> FollowReport {
    var settings = follower.settings
    settings.outputs = [.init(format: .hosts, path: "/etc/resolver/hosts")]
    settings.reloadCommand = reload
    settings.verified = [try #require(ResolverAddress("127.0.0.1:53"))]
    settings.verifyPatience = .milliseconds(1)
    if page {
      let name = try DomainName(canonical: "stop.isp.example")
      settings.action = .redirect(try #require(StopPageHost(name: name, ipv4: "192.0.2.45")))
    }
    var round = FollowRound(settings: settings, transport: server, files: follower.disk, now: server.now)
    round.probe = probe
    return round.run()
  }

  @Test func `a reserved canary that does not exist proves nothing without a marker, and that is told`()
    throws
  {
    let server = try SimulatedServer()
    server.canary = "worst-of.canary.cordon.example"
    let follower = Follower(server)
    try server.publish(["one.example"])
    let probe = Unblocking()
    let report = try hostsRound(server, follower, probe)
    #expect(report.summary == "updated 0 1")
    #expect(report.notes.contains { $0.hasPrefix("127.0.0.1:53: ") && $0.contains("proves nothing") })
    // An answer that only a list gives is proof.
    probe.answer = NameAnswer(code: 0)
    probe.answer.addresses = ["0.0.0.0"]
    #expect(try hostsRound(server, follower, probe).notes.isEmpty)
    // What proves nothing does not outweigh a reload command that refuses the file.
    probe.answer = NameAnswer(code: 3)
    try server.publish(["two.example"])
    let refused = try hostsRound(server, follower, probe, reload: "exit 1").summary
    #expect(refused.contains("back in place"), "\(refused)")
    #expect(follower.disk.text("/etc/resolver/hosts")?.contains("one.example") == true)
    try server.publish(["three.example"])
    #expect(try hostsRound(server, follower, probe).summary == "updated 2 3")
    probe.answer = NameAnswer(code: 0)
    probe.answer.addresses = ["192.0.2.1"]
    #expect(try hostsRound(server, follower, probe).summary.contains("the canary is not blocked"))
  }

  @Test func `a canary that really exists is proof where it does not any more`() throws {
    let server = try SimulatedServer()
    server.canary = "worst-of.canary.publisher"
    let follower = Follower(server)
    try server.publish(["one.example"])
    #expect(try hostsRound(server, follower, Unblocking()).notes.isEmpty)
  }

  @Test func `under a stop page only its address will do`() throws {
    let server = try SimulatedServer()
    server.canary = "worst-of.canary.cordon.example"
    let follower = Follower(server)
    let probe = Unblocking()
    try server.publish(["one.example"])
    #expect(
      try hostsRound(server, follower, probe, page: true).summary.contains(
        "the canary does not get the stop page"))
    probe.answer = NameAnswer(code: 0)
    probe.answer.addresses = ["192.0.2.46"]
    #expect(try hostsRound(server, follower, probe, page: true).summary.contains("not blocked"))
    probe.answer.addresses = ["192.0.2.45"]
    #expect(try hostsRound(server, follower, probe, page: true).notes.isEmpty)
  }
}
