// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import FoundationEssentials
import HTTPMessages
import Ingest
import ListFollowing
import ListFormats
import SignedManifests
import StrictJSON
import Testing

/// A follower that asks for signed approvals of two countries, against servers that keep to the rule or do not.
@Suite struct QuorumTests {
  /// Three countries' desks, with keys that only they hold.
  struct Desks {
    static let countries = ["TT", "BB", "GY"]
    let keys: [String: PrivateKey]

    init() throws {
      var keys: [String: PrivateKey] = [:]
      for country in Self.countries { keys[country] = try PrivateKey.generate(.ed25519) }
      self.keys = keys
    }

    func agency(_ country: String) throws -> AgencyID {
      try #require(AgencyID("police-\(country.lowercased())"))
    }

    /// What agencies.json says; `until` ends a country's key.
    func register(ending country: String? = nil, at end: Date? = nil) throws -> AgencyRegister {
      var agencies: [Agency] = []
      var signing: [AgencySigningKey] = []
      for each in Self.countries {
        let code = try #require(CountryCode(each))
        agencies.append(Agency(id: try agency(each), name: each, country: code, kind: .police))
        let octets = try #require(keys[each]?.publicKey.ed25519Octets)
        let from = SimulatedServer.start.addingTimeInterval(-86_400)
        let key = AgencySigningKey(
          agency: try agency(each), publicOctets: octets, validFrom: from,
          validUntil: each == country ? end : nil)
        signing.append(try #require(key))
      }
      return AgencyRegister(version: 1, agencies: agencies, keys: signing)
    }

    func approvals(_ entries: [String], by countries: [String]) throws -> [SignedApproval] {
      try entries.flatMap { entry in try countries.map { try approval(entry, by: $0) } }
    }

    func approval(_ text: String, by country: String) throws -> SignedApproval {
      let statement = ApprovalStatement(
        list: try ListName("worst-of"), entry: try BlocklistEntry(parsing: text),
        criteria: try #require(CriteriaVersion(id: "baseline", version: 1)),
        submittedAt: SimulatedServer.start.addingTimeInterval(-7200),
        decidedAt: SimulatedServer.start.addingTimeInterval(-3600), agency: try agency(country),
        country: try #require(CountryCode(country)))
      let key = try #require(keys[country])
      let approval = SignedApproval(
        entry: statement.entry, criteria: statement.criteria, submittedAt: statement.submittedAt,
        decidedAt: statement.decidedAt, agency: statement.agency, signature: try key.sign(statement.octets))
      return try #require(approval)
    }
  }

  let desks: Desks
  let server: SimulatedServer
  var follower: Follower

  init() throws {
    desks = try Desks()
    server = try SimulatedServer()
    server.register = try desks.register()
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "two.example"])
    follower = Follower(server)
    follower.settings.requiredCountries = 2
  }

  func check(_ report: FollowReport) -> String? { report.leftOut?.check }

  @Test func `entries that two countries signed for are taken, on the first day and by deltas`() throws {
    let first = follower.round()
    #expect(first.summary == "updated 0 1" && first.leftOut == nil)
    #expect(follower.output == ".one.example\ntwo.example\n")
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "three.example"], by: ["BB", "GY"]))
    try server.publish([".one.example", "two.example", "three.example"])
    let second = follower.round()
    #expect(second.summary == "updated 1 2" && second.leftOut == nil)
    #expect(follower.output == ".one.example\nthree.example\ntwo.example\n")
    let quorum = follower.state?.quorum
    #expect(quorum?.countries == 2 && quorum?.unproven == 0 && quorum?.of == 3)
  }

  @Test func `a server with all its online keys cannot make a name blocked that nobody approved`() throws {
    follower.round()
    // Everything is signed as it should be, but for the agencies' approvals.
    try server.publish([".one.example", "two.example", ".victim.example"])
    let report = follower.round()
    #expect(report.summary == "updated 1 2")
    #expect(report.leftOut == .quorum(unproven: 1, of: 3, countries: 2))
    #expect(follower.output == ".one.example\ntwo.example\n")
    #expect(!(follower.disk.text(Follower.rpz) ?? "").contains("victim"))
    #expect(
      follower.state?.lastAttempt?.outcome == "refused" && follower.state?.lastAttempt?.check == "quorum")
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .refused)
    #expect(!report.lines.joined().contains("victim"), "no listed name in what is said")
  }

  @Test(arguments: [
    ["TT"], ["TT", "TT"], [],
  ])
  func `one country is not enough, however often it signs`(countries: [String]) throws {
    follower.round()
    var all = try desks.approvals([".one.example", "two.example"], by: ["TT", "BB"])
    all += try desks.approvals(["new.example"], by: countries)
    server.approvals = ApprovalList(all)
    try server.publish([".one.example", "two.example", "new.example"])
    #expect(follower.round().leftOut == .quorum(unproven: 1, of: 3, countries: 2))
    #expect(follower.output == ".one.example\ntwo.example\n")
  }

  @Test func `approvals for another entry, scope or list prove nothing`() throws {
    follower.round()
    // The approvals of the host are served for the subtree: their text does not fit.
    try server.publish([".one.example", ".two.example"])
    #expect(follower.round().leftOut == .quorum(unproven: 1, of: 2, countries: 2))
    #expect(follower.output == ".one.example\ntwo.example\n", "the host was approved, and is covered still")
    try server.publish([".one.example"])
    follower.round()
    #expect(follower.output == ".one.example\n", "what was removed is removed at once")
  }

  @Test func `removals and proven additions apply although others are left out`() throws {
    follower.round()
    var all = try desks.approvals(["good.example"], by: ["TT", "BB", "GY"])
    all += try desks.approvals([".one.example"], by: ["TT", "BB"])
    server.approvals = ApprovalList(all)
    try server.publish([".one.example", "good.example", "bad.example"])
    #expect(follower.round().leftOut == .quorum(unproven: 1, of: 3, countries: 2))
    #expect(follower.output == ".one.example\ngood.example\n")
    try server.publish(["good.example"])
    #expect(follower.round().leftOut == nil)
    #expect(follower.output == "good.example\n")
  }

  @Test func `what was left out is taken once its approvals come`() throws {
    follower.round()
    try server.publish([".one.example", "two.example", "late.example"])
    #expect(follower.round().leftOut != nil)
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "late.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "late.example", "two.example"].reversed())
    let report = follower.round()
    #expect(report.leftOut == nil)
    #expect(follower.output == ".one.example\nlate.example\ntwo.example\n")
  }

  @Test func `without agencies json nothing is proven, and one that was signed before counts on`() throws {
    let bare = Follower(server)
    var asking = bare
    asking.settings.requiredCountries = 2
    server.register = nil
    try server.publish([".one.example", "two.example"])
    #expect(asking.round().leftOut == .quorum(unproven: 2, of: 2, countries: 2))
    #expect(asking.output == "")
    server.register = try desks.register()
    try server.publish([".one.example", "two.example", ".one.example"])
    #expect(follower.round().leftOut == nil)
    server.register = nil
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "new.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "two.example", "new.example"])
    let report = follower.round()
    #expect(report.notes.contains { $0.contains("no agencies.json is signed") } && report.leftOut == nil)
    #expect(follower.output == ".one.example\nnew.example\ntwo.example\n")
  }

  @Test func `approvals that the server withholds leave the new entries out until they come`() throws {
    follower.round()
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "new.example"], by: ["TT", "BB"]))
    try server.publish(["two.example", "new.example"])
    server.lie("approvals") { _ in TransportAnswer(status: 404) }
    let report = follower.round()
    #expect(report.leftOut == .quorum(unproven: 1, of: 2, countries: 2))
    #expect(follower.output == "two.example\n", "removals do not wait")
    server.lies = []
    #expect(follower.round().leftOut == nil)
    #expect(follower.output == "new.example\ntwo.example\n")
  }

  @Test func `a key revoked from its first day makes what it proved fall at the next round`() throws {
    follower.round()
    server.register = try desks.register(ending: "BB", at: SimulatedServer.start.addingTimeInterval(-86_400))
    server.approvals = ApprovalList(
      try desks.approvals([".one.example"], by: ["TT", "GY"])
        + desks.approvals(["two.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "two.example", "x.example"])
    #expect(follower.round().leftOut == .quorum(unproven: 2, of: 3, countries: 2))
    #expect(follower.output == ".one.example\n")
  }

  @Test func `a key that ended later still proves what is dated before its end`() throws {
    follower.round()
    server.register = try desks.register(ending: "BB", at: SimulatedServer.start)
    try server.publish([".one.example"])
    #expect(follower.round().leftOut == nil)
    #expect(follower.output == ".one.example\n")
  }

  @Test func `each entry is verified once: a round with nothing new fetches no approvals`() throws {
    follower.round()
    let before = server.requests.count
    try server.renew()
    follower.round()
    #expect(
      !server.requests.dropFirst(before).contains { $0.contains("approvals") || $0.contains("agencies") })
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "new.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "two.example", "new.example"])
    let middle = server.requests.count
    #expect(follower.round().leftOut == nil)
    let asked = server.requests.dropFirst(middle).filter {
      $0.contains("approvals") || $0.contains("agencies")
    }
    #expect(asked.count == 1 && asked.first?.contains("approvals?since=1") == true, "\(asked)")
  }

  @Test
  func `where the server speaks the compact form, changes, metadata and approvals come in one round trip`()
    throws
  {
    server.speaksCompact = true
    follower.round()
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "new.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "two.example", "new.example"])
    let before = server.requests.count
    let report = follower.round()
    #expect(report.leftOut == nil && follower.output == ".one.example\nnew.example\ntwo.example\n")
    #expect(server.requests.count == before + 1, "\(server.requests.dropFirst(before))")
  }

  @Test func `an older memory, another list's or none is judged anew`() throws {
    follower.round()
    for spoilt in ["", "{}\n", #"{"format":1,"countries":2,"entries":"00","unproven":0}"# + "\n"] {
      follower.disk.put(spoilt, at: "/state/quorum.txt")
      try server.publish([".one.example", "two.example", "bad.example"])
      #expect(follower.round().leftOut == .quorum(unproven: 1, of: 3, countries: 2))
      try server.publish([".one.example", "two.example"])
      #expect(follower.round().leftOut == nil)
    }
  }

  @Test func `asking for more countries judges everything anew, and asking for none shows everything`() throws
  {
    var follower = follower
    follower.round()
    follower.settings.requiredCountries = 3
    #expect(follower.round().leftOut == .quorum(unproven: 2, of: 2, countries: 3))
    #expect(follower.output == "")
    follower.settings.requiredCountries = nil
    #expect(follower.round().leftOut == nil)
    #expect(follower.output == ".one.example\ntwo.example\n")
    #expect(follower.state?.quorum == nil)
  }

  @Test func `a bundle carries approvals, whole and of changes`() throws {
    func bundle(since: UInt64? = nil) throws -> UpdateBundle {
      let recorder = RecordingTransport(server)
      var settings = FollowSettings(list: server.list, stateDirectory: "maker", rootFile: "/root.json")
      (settings.sendsReceipts, settings.takesApprovals) = (false, true)
      let files = OverlayFileSystem(over: follower.disk, hiding: "maker")
      _ = FollowRound(settings: settings, transport: recorder, files: files, now: server.now).run()
      var parts = recorder.parts
      if let since {
        parts = parts.filter { !$0.key.hasPrefix("repository/targets/worst-of/") }
        for what in ["changes", "approvals"] {
          let path = "v1/lists/worst-of/\(what)?since=\(since)"
          parts[path] = try server.send(TransportRequest(path: path, maximumOctets: 1 << 20)).body
        }
      }
      return UpdateBundle(
        list: "worst-of", version: server.version, since: since, madeAt: server.now, parts: parts)
    }
    func apply(_ bundle: UpdateBundle) -> FollowReport {
      FollowRound(
        settings: follower.settings, transport: BundleTransport(bundle), files: follower.disk, now: server.now
      ).run()
    }
    #expect(try apply(bundle()).leftOut == nil)
    #expect(follower.output == ".one.example\ntwo.example\n")
    server.approvals = ApprovalList(
      try desks.approvals([".one.example", "two.example", "new.example"], by: ["TT", "BB"]))
    try server.publish([".one.example", "new.example"])
    #expect(try apply(bundle(since: 1)).leftOut == nil)
    #expect(follower.output == ".one.example\nnew.example\n")
  }
}
