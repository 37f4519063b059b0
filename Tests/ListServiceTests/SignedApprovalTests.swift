// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Publication
import Records
import RecordsSQLite
import SignedManifests
import StrictJSON
import Testing

/// Signed approvals through the API: keys, texts, reviews, renewals, and what releases carry.
@Suite struct SignedApprovalTests {
  let tt: SigningDesk
  let bb: SigningDesk
  let gy: SigningDesk

  init() throws {
    tt = try SigningDesk("police-tt", 1)
    bb = try SigningDesk("police-bb", 2)
    gy = try SigningDesk("police-gy", 3)
  }

  func world(_ settings: [(String, String)] = []) async throws -> World {
    let world = try await World(settings)
    for desk in [tt, bb] { #expect(try await desk.register(in: world).status == 201) }
    return world
  }

  @Test func `the text to sign is given with its parts, and the reading is on record`() async throws {
    let world = try await world()
    let id = try await world.submit("https://www.bad.example/x")[0]
    world.clock.pass(90)
    let text = try await world.get("/v1/submissions/\(id)/approval-text", as: "police-tt")
    #expect(
      text.json["text"]?.stringValue == """
        cordon-approval 1
        list worst-of
        entry .bad.example
        criteria baseline/1
        submitted \(World.time(0))
        decided \(World.time(90))
        agency police-tt
        country TT

        """)
    #expect(text.json["entry"] == ".bad.example" && text.json["country"] == "TT")
    let narrow = try await world.get(
      "/v1/submissions/\(id)/approval-text?scope=host&decided_at=\(World.time(60))", as: "police-tt")
    #expect(narrow.json["entry"] == "www.bad.example" && narrow.json["decided_at"] == .string(World.time(60)))
    let page = try await world.get("/v1/reviews/approval-texts?list=worst-of", as: "police-tt")
    #expect(page.json["items"]?.arrayValue?.map { $0["text"] } == [text.json["text"]])
    #expect(try await world.get("/v1/submissions/\(id)/approval-text", as: "isp-coral").status == 403)
    #expect(
      try await world.get("/v1/submissions/\(id)/approval-text?scope=.example", as: "police-tt").problem
        == "scope-wider-than-registrable")
    #expect(
      try await world.get("/v1/submissions/\(id)/approval-text?decided_at=today", as: "police-tt").problem
        == "invalid-parameter")
    let trail = try await world.get("/v1/audit?limit=1000", as: "auditor").json["items"]?.arrayValue ?? []
    #expect(trail.filter { $0["action"] == "approval-texts-read" }.count == 3)
  }

  @Test func `signed approvals are on record with their keys, and releases carry them`() async throws {
    let world = try await world()
    let id = try await world.submit("https://bad.example/")[0]
    #expect(try await tt.approve(id, in: world).status == 201)
    #expect(try await bb.approve(id, in: world).json["state"] == "listed")
    let reviews =
      try await world.get("/v1/submissions/\(id)", as: "auditor").json["reviews"]?.arrayValue ?? []
    #expect(reviews.map { $0["signed_by"]?.stringValue } == [try tt.keyid, try bb.keyid])
    #expect(try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one").status == 201)
    let approvals = try await world.get("/v1/lists/worst-of/approvals", as: "isp-coral")
    #expect(approvals["Cordon-Version"] == "1")
    let list = try ApprovalList(parsing: approvals.octets)
    #expect(list.count == 2)
    let register = try AgencyRegister(
      parsing: try await world.get("/v1/agency-register", as: "auditor").octets)
    let quorum = ApprovalQuorum(register: register, countries: 2, list: try ListName("worst-of"))
    let entry = try BlocklistEntry(parsing: ".bad.example")
    #expect(quorum.isProven(entry, by: list.approvals(of: entry)))
    #expect(
      try await world.get("/v1/lists/worst-of/approvals?since=0", as: "isp-coral").octets == list.octets)
    #expect(try await world.get("/v1/lists/worst-of/approvals?since=1", as: "isp-coral").status == 204)
    #expect(
      try await world.get("/v1/lists/worst-of/approvals?since=2", as: "isp-coral").problem == "version-ahead")
    #expect(try await world.get("/v1/lists/worst-of/approvals", as: "police-jm").status == 403)
  }

  @Test func `the release's approvals are a signed target, and entries without signatures are not in it`()
    async throws
  {
    let world = try await world()
    let signed = try await world.submit("https://bad.example/")[0]
    for desk in [tt, bb] { try await desk.approve(signed, in: world) }
    try await world.list("https://plain.example/")
    let targets = world.publisher.current.repository.targets
    let file = try #require(targets.first { $0.key.hasSuffix(".approvals") })
    #expect(file.key == "worst-of/1/\(file.value.digest.hex).approvals")
    let fetched = try await world.get("/repository/targets/\(file.key)", as: "isp-coral")
    #expect(fetched.octets == file.value.octets)
    #expect(try ApprovalList(parsing: fetched.octets).count == 2)
    // The next release takes them along; what goes, goes with its approvals.
    try await world.list("https://other.example/")
    let second = world.publisher.current.lists[try ListName("worst-of")]?.approvals.list
    #expect(second?.octets == fetched.octets)
    #expect(try await world.get("/v1/lists/worst-of/approvals?since=1", as: "isp-coral").octets.isEmpty)
    _ = try await world.post("/v1/entries/ent_1/suspend", ["reason": "appeal"], as: "admin-one")
    #expect(try await world.get("/v1/lists/worst-of/approvals", as: "isp-coral").octets.isEmpty)
    #expect(!world.publisher.current.repository.targets.keys.contains { $0.hasSuffix(".approvals") })
  }

  @Test func `the approvals of a release before the latest are served on, octet by octet`() async throws {
    let world = try await world()
    var served: [(path: String, octets: [UInt8])] = []
    for name in ["one", "two"] {
      let signed = try await world.submit("https://\(name).example/")[0]
      for desk in [tt, bb] { try await desk.approve(signed, in: world) }
      try await world.list("https://plain-\(name).example/")
      let targets = world.publisher.current.repository.targets
      let file = try #require(targets.first { $0.key.hasSuffix(".approvals") })
      served.append((file.key, file.value.octets))
    }
    _ = try await world.post("/v1/entries/ent_1/suspend", ["reason": "appeal"], as: "admin-one")
    for (path, octets) in served {
      let reply = try await world.get("/repository/targets/\(path)", as: "isp-coral")
      #expect(reply.status == 200 && reply.octets == octets, "\(path)")
    }
    #expect(try ApprovalList(parsing: served[1].octets).count == 4)
    let other = "worst-of/1/\(String(repeating: "0", count: 64)).approvals"
    #expect(try await world.get("/repository/targets/\(other)", as: "isp-coral").status == 404)
  }

  @Test func `approvals come along with a change, at once only where it adds little or they are packed`()
    async throws
  {
    let world = try await world()
    try await world.list("https://first.example/")
    let signed = try await world.submit("https://bad.example/")[0]
    for desk in [tt, bb] { #expect(try await desk.approve(signed, in: world).status == 201) }
    try await world.list((1..<ApprovalParts.quickAdditions).map { "https://n\($0).example/" })
    let (one, two) = (ListVersion(1), ListVersion(2))
    func shown() throws -> PublishedList {
      try #require(world.publisher.current.lists[try ListName("worst-of")])
    }
    #expect(try shown().packedApprovals(since: one, quickly: true) != nil)
    #expect(try shown().packedApprovals(since: .unreleased, quickly: false) == nil)
    try await world.list("https://one-more.example/")
    #expect(try shown().packedApprovals(since: one, quickly: true) == nil)
    let packed = try shown().packedApprovals(since: one, quickly: false)
    #expect(packed != nil)
    #expect(try shown().packedApprovals(since: one, quickly: true) == packed)
    #expect(try shown().packedApprovals(since: two, quickly: false) == nil)
  }

  @Test func `as many changes as the limit are remembered with their approvals, and one more is not`()
    async throws
  {
    let world = try await world()
    let last = ApprovalParts.maximumKept + 1
    for number in 1...last { try await world.list("https://n\(number).example/") }
    let signed = try await world.submit("https://bad.example/")[0]
    for desk in [tt, bb] { #expect(try await desk.approve(signed, in: world).status == 201) }
    try await world.list((0...ApprovalParts.quickAdditions).map { "https://m\($0).example/" })
    let list = try #require(world.publisher.current.lists[try ListName("worst-of")])
    for number in 1...last {
      #expect(list.packedApprovals(since: ListVersion(UInt64(number)), quickly: false) != nil)
    }
    #expect(list.packedApprovals(since: ListVersion(UInt64(last - 1)), quickly: true) != nil)
    #expect(list.packedApprovals(since: ListVersion(UInt64(last)), quickly: true) == nil)
  }

  @Test func `approvals come along with as many additions, and in as many octets, as the limits say`() {
    #expect(ApprovalParts.maximumAdditions == 16_384 && ApprovalParts.maximumOctets == 4 << 20)
    #expect(ApprovalParts.looksThrough(ApprovalParts.maximumAdditions, quickly: false))
    #expect(!ApprovalParts.looksThrough(ApprovalParts.maximumAdditions + 1, quickly: false))
    #expect(!ApprovalParts.looksThrough(ApprovalParts.quickAdditions + 1, quickly: true))
    #expect(ApprovalParts.isSent(octets: ApprovalParts.maximumOctets))
    #expect(!ApprovalParts.isSent(octets: ApprovalParts.maximumOctets + 1))
    #expect(!ApprovalParts.isSent(octets: 0))
  }

  @Test func `another process makes the same approvals of a release`() async throws {
    let world = try await world()
    for url in ["https://one.example/", "https://two.example/"] {
      let id = try await world.submit(url)[0]
      for desk in [tt, bb] { try await desk.approve(id, in: world) }
      #expect(try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one").status == 201)
    }
    world.clock.pass(60)
    // Recorded after the release: it comes with the next one, whoever reads the store.
    let signature = try await tt.signature("/v1/entries/ent_1/approval-text", in: world)
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["signature": signature], as: "police-tt").status == 200
    )
    let other = try await world.twin()
    let name = try ListName("worst-of")
    let octets = world.publisher.current.lists[name]?.approvals.list.octets
    #expect(octets != nil && other.current.lists[name]?.approvals.list.octets == octets)
    #expect(
      other.current.repository.targets.keys.sorted()
        == world.publisher.current.repository.targets.keys.sorted())
    try await world.list("https://three.example/")
    try await other.catchUp()
    let next = world.publisher.current.lists[name]?.approvals.list
    #expect(next?.count == 5, "the renewal's approval is there now")
    #expect(other.current.lists[name]?.approvals.list == next)
  }

  @Test func `each wrong signature has its own refusal, and nothing is on record`() async throws {
    let world = try await world()
    let id = try await world.submit("https://bad.example/")[0]
    let path = "/v1/submissions/\(id)/approval-text"
    func problem(_ signature: JSONValue, as person: String = "police-tt") async throws -> String? {
      let reply = try await world.post(
        "/v1/submissions/\(id)/reviews", SigningDesk.review(signature), as: person)
      #expect(reply.status == 422)
      return reply.problem
    }
    #expect(try await problem(tt.signature(path, in: world, by: bb)) == "signature-invalid")
    #expect(
      try await problem(tt.signature(path, in: world, by: bb, naming: try bb.keyid))
        == "signature-key-of-another-agency")
    #expect(try await problem(tt.signature(path, in: world, naming: "00")) == "signature-key-unknown")
    #expect(try await problem(gy.signature(path, in: world), as: "police-gy") == "signature-key-unknown")
    let early = try await tt.signature(path + "?decided_at=\(World.time(-1))", in: world)
    #expect(try await problem(early) == "signature-time-out-of-range")
    let ahead = try await tt.signature(path + "?decided_at=\(World.time(301))", in: world)
    #expect(try await problem(ahead) == "signature-time-out-of-range")
    let narrow = try await tt.signature(path + "?scope=host", in: world)
    #expect(try await problem(narrow) == "signature-invalid")
    #expect(try await gy.register(in: world, from: World.time(10)).status == 201)
    #expect(
      try await problem(gy.signature(path, in: world), as: "police-gy") == "signature-key-not-yet-valid")
    world.clock.pass(60)
    _ = try await world.post(
      "/v1/agency-keys/\(try tt.keyid)/end", ["from": .string(World.time(60)), "reason": "rotated"],
      as: "admin-one")
    #expect(try await problem(tt.signature(path, in: world)) == "signature-key-ended")
    for sig in ["", "AAAA", String(repeating: "A", count: 88)] {
      let broken: JSONValue = ["sig": .string(sig), "decided_at": .string(World.time(60))]
      #expect(try await problem(broken) == "invalid-field")
    }
    let stray: JSONValue = ["decision": "reject", "signature": try await bb.signature(path, in: world)]
    #expect(
      try await world.post("/v1/submissions/\(id)/reviews", stray, as: "police-bb").problem == "invalid-field"
    )
    #expect(try await world.get("/v1/submissions/\(id)", as: "auditor").json["reviews"] == [])
  }

  @Test func `where signatures are required, none is refused and renewals need them too`() async throws {
    let world = try await world([("lists.worst-of.signed_approvals", "required")])
    let id = try await world.submit("https://bad.example/")[0]
    let plain = try await world.approve(id, as: "police-tt")
    #expect(plain.status == 422 && plain.problem == "signature-required")
    for desk in [tt, bb] { #expect(try await desk.approve(id, in: world).status == 201) }
    #expect(
      try await world.post("/v1/entries/ent_1/renew", [:], as: "police-tt").problem == "signature-required")
    let signature = try await tt.signature("/v1/entries/ent_1/approval-text", in: world)
    let wrong = try await tt.signature("/v1/entries/ent_1/approval-text", in: world, by: bb)
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["signature": wrong], as: "police-tt").problem
        == "signature-invalid")
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["signature": signature], as: "police-tt").status == 200
    )
  }

  @Test func `what a stolen key approved counts no more once the key is void, and may be decided again`()
    async throws
  {
    let world = try await world()
    let id = try await world.submit("https://bad.example/")[0]
    #expect(try await tt.approve(id, in: world).status == 201)
    let path = "/v1/agency-keys/\(try tt.keyid)/end"
    _ = try await world.post(
      path, ["from": .string(World.time(-86_400)), "reason": "stolen"], as: "admin-one")
    let second = try await bb.approve(id, in: world)
    #expect(second.json["state"] == "open" && second.json["countries"] == ["BB"], "\(second.text)")
    let queue = try await world.get("/v1/reviews/queue", as: "police-tt").json["items"]?.arrayValue
    #expect(queue?.map { $0["id"] } == [.string(id)])
    let again = try await world.approve(id, as: "police-tt")
    #expect(again.json["state"] == "listed" && again.json["countries"] == ["BB", "TT"], "\(again.text)")
  }

  @Test func `signing keys overlap in a rotation, end, and never come back`() async throws {
    let world = try await world()
    let next = try SigningDesk("police-tt", 9)
    #expect(try await next.register(in: world, until: World.time(86_400)).status == 201)
    let path = "/v1/agency-keys/\(try tt.keyid)/end"
    #expect(try await world.post(path, ["reason": "x"], as: "auditor").status == 403)
    #expect(
      try await world.post(path, ["from": "soon", "reason": "x"], as: "admin-one").problem == "invalid-field")
    let ended = try await world.post(
      path, ["from": .string(World.time(7200)), "reason": "rotated"], as: "admin-one")
    #expect(ended.json["valid_until"] == .string(World.time(7200)))
    let ids = try await world.submit("https://one.example/", "https://two.example/")
    #expect(try await tt.approve(ids[0], in: world).status == 201, "it counts until then")
    #expect(try await next.approve(ids[1], in: world).status == 201)
    let later = try await world.post(
      path, ["from": .string(World.time(9000)), "reason": "oops"], as: "admin-one")
    #expect(later.json["valid_until"] == .string(World.time(7200)))
    #expect(
      try await world.post("/v1/agency-keys/none/end", ["reason": "x"], as: "admin-one").problem
        == "agency-key-not-found")
    let keys = try await world.get("/v1/agency-keys", as: "police-jm").json["items"]?.arrayValue
    #expect(keys?.count == 3)
    #expect(try await tt.register(in: world).problem == "already-exists")
    #expect(try await SigningDesk("hotline-is", 5).register(in: world).problem == "agency-has-no-vote")
    #expect(try await SigningDesk("nobody", 5).register(in: world).problem == "agency-not-found")
    let order = try await gy.register(in: world, from: World.time(9), until: World.time(9))
    #expect(order.problem == "invalid-field")
    let bad: JSONValue = ["agency": "police-gy", "public_key": "00"]
    #expect(try await world.post("/v1/agency-keys", bad, as: "admin-one").problem == "invalid-field")
  }

  @Test func `agencies json is signed on request, and says what is on record`() async throws {
    let world = try await world()
    let path = "/v1/agency-register/publication"
    #expect(try await world.ask("POST", path, as: "auditor").status == 403)
    let published = try await world.ask("POST", path, as: "admin-one")
    #expect(published.status == 201 && published.json["version"] == 2)
    let standing = try #require(world.publisher.current.repository.standing["agencies.json"])
    #expect(standing.octets == (try await world.get("/v1/agency-register", as: "admin-one").octets))
    #expect(published.json["sha256"] == .string(standing.digest.hex))
    #expect(
      try AgencyRegister(parsing: standing.octets).members.map(\.agency.text) == ["police-bb", "police-tt"])
    #expect(try await world.ask("POST", path, as: "admin-one").problem == "nothing-to-publish")
    _ = try await gy.register(in: world)
    #expect(try await world.ask("POST", path, as: "admin-one").json["version"] == 3)
    try await world.list("https://bad.example/")
    #expect(
      world.publisher.current.repository.standing["agencies.json"] != nil, "it stays from release to release")
  }
}
