// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import Ingest
import Names
import StrictJSON
import Testing

/// Signed approvals: the text, the line, the list of lines, and what proves an entry.
@Suite struct ApprovalTests {
  static let decided = Samples.now.addingTimeInterval(600)

  static func statement(
    _ entry: String = ".bad.example", agency: String = "unit-tt", country: String = "TT",
    decided: Date = decided, version: Int = 1
  ) throws -> ApprovalStatement {
    ApprovalStatement(
      list: try ListName("worst-of"), entry: try Samples.entry(entry),
      criteria: try #require(CriteriaVersion(id: "baseline", version: version)), submittedAt: Samples.now,
      decidedAt: decided, agency: try #require(AgencyID(agency)), country: try #require(CountryCode(country)))
  }

  static func approval(
    _ entry: String = ".bad.example", agency: String = "unit-tt", country: String = "TT", key: TestKey,
    decided: Date = decided, version: Int = 1
  ) throws -> SignedApproval {
    let statement = try statement(entry, agency: agency, country: country, decided: decided, version: version)
    return try #require(
      SignedApproval(
        entry: statement.entry, criteria: statement.criteria, submittedAt: statement.submittedAt,
        decidedAt: statement.decidedAt, agency: statement.agency, signature: key.sign(statement.octets)))
  }

  @Test func `the text that is signed is eight lines, and each part changes it`() throws {
    #expect(
      try Self.statement().text == """
        cordon-approval 1
        list worst-of
        entry .bad.example
        criteria baseline/1
        submitted 2026-11-18T11:06:40Z
        decided 2026-11-18T11:16:40Z
        agency unit-tt
        country TT

        """)
    let others = [
      try Self.statement("bad.example"), try Self.statement(agency: "unit-bb"),
      try Self.statement(country: "BB"),
      try Self.statement(decided: Samples.now), try Self.statement(version: 2),
    ]
    #expect(Set(others.map(\.text) + [try Self.statement().text]).count == 6)
  }

  @Test func `a signature made by openssl pkeyutl counts`() throws {
    let key = AgencySigningKey(
      agency: try #require(AgencyID("police-tt")),
      publicOctets: try #require(
        Hex.decode("6cffa8b609ee051006f2cde1ac0a44ded748dd623c7c3e7ff0336e9d1430bc07")),
      validFrom: Samples.now)
    let statement = ApprovalStatement(
      list: try ListName("worst-of"), entry: try Samples.entry(".one.bad-site.example"),
      criteria: try #require(CriteriaVersion(id: "interpol-baseline", version: 1)),
      submittedAt: try #require(RFC3339.parse("2026-11-27T00:40:00Z")),
      decidedAt: try #require(RFC3339.parse("2026-11-27T01:00:00Z")),
      agency: try #require(AgencyID("police-tt")), country: try #require(CountryCode("TT")))
    let sig =
      "vyMpd2BJwcrNgX3nz9w+tDOfDqmxB33FXXI89TL2BuRvmCvy+2rPfaT024dru/tgZeNayldbBxwSX/wCQ/D0DA=="
    let octets = try #require(SignedApproval.octets(base64: sig))
    #expect(key?.verifies(octets, over: statement.octets) == true)
  }

  @Test func `a line gives the approval back, and any other spelling is none`() throws {
    let approval = try Self.approval(key: try TestKey(1))
    let line = approval.line
    #expect(SignedApproval(line: line.utf8) == approval)
    let spoilt = [
      line + " ", " " + line, line.replacing("  ", with: " ") + "=",
      line.replacing("baseline/1", with: "baseline/01"),
      line.replacing(".bad.example", with: ".Bad.example"), line.replacing("unit-tt", with: "Unit-tt"),
      String(line.dropLast(4)), line.replacing("Z ", with: "+00:00 "),
    ]
    for line in spoilt { #expect(SignedApproval(line: line.utf8) == nil, "\(line)") }
    // The last two bits of 64 octets in base64 have to be nil.
    let tail = String(line.dropLast(3)) + "h=="
    #expect(SignedApproval(line: tail.utf8) == nil || tail == line)
  }

  @Test func `a list is sorted, has each line once, and is read back only so`() throws {
    let key = try TestKey(1)
    let all = try ["b.example", ".a.example", "a.example", ".a.example", ".a-b.example"].map {
      try Self.approval($0, key: key)
    }
    let list = ApprovalList(all)
    #expect(list.count == 4)
    #expect(try ApprovalList(parsing: list.octets) == list)
    #expect(list.approvals(of: try Samples.entry(".a.example")) == [all[1]])
    #expect(list.approvals(of: try Samples.entry("c.example")).isEmpty)
    let lines = list.octets.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
    let broken: [(octets: [UInt8], line: Int)] = [
      (lines[1] + lines[0], 2), (lines[0] + lines[0], 2), (list.octets.dropLast(), 4),
      ([UInt8(ascii: "\n")], 1),
    ]
    for (octets, line) in broken {
      #expect(throws: ApprovalListError(line: line)) { try ApprovalList(parsing: octets) }
    }
  }

  @Test func `replacing gives what building anew would, whatever comes and goes`() throws {
    let keys = try [TestKey(1), TestKey(2)]
    let names = (0..<40).map { "n\($0).example" }
    var random = SplitMix(state: 7)
    var held: [String: [SignedApproval]] = [:]
    var list = ApprovalList.empty
    for _ in 0..<60 {
      var changed: [String: [SignedApproval]] = [:]
      for name in names where Int.random(in: 0..<6, using: &random) == 0 {
        let count = Int.random(in: 0...2, using: &random)
        changed[name] = try (0..<count).map { try Self.approval(name, key: keys[$0]) }
      }
      for (name, approvals) in changed { held[name] = approvals }
      list = list.replacing(try changed.keys.map { try Samples.entry($0) }, by: changed.values.flatMap { $0 })
      #expect(list == ApprovalList(held.values.flatMap { $0 }))
      let some = try names.prefix(7).map { try Samples.entry($0) }
      #expect(list.restricted(to: some) == ApprovalList(names.prefix(7).flatMap { held[$0] ?? [] }))
    }
  }

  @Test func `what only claims to be a list may end without a line feed`() throws {
    let key = try TestKey(1)
    let all = try ["a.example", "b.example", "c.example"].map { try Self.approval($0, key: key) }
    let cut = ApprovalList(claimed: Array(ApprovalList(all.prefix(2)).octets.dropLast()))
    let last = try Samples.entry("b.example")
    #expect(cut.approvals(of: last) == [all[1]])
    #expect(cut.replacing([last], by: []).octets == ApprovalList(all.prefix(1)).octets)
    #expect(cut.replacing([last], by: [all[2]]).octets == ApprovalList([all[0], all[2]]).octets)
    #expect(cut.replacing([], by: [all[1]]).octets == ApprovalList(all.prefix(2)).octets)
  }

  @Test func `two countries prove an entry, and nothing less does`() throws {
    let (tt, bb, other) = (try TestKey(1), try TestKey(2), try TestKey(3))
    let register = try AgencyRegister(
      version: 1, agencies: [agency("unit-tt", "TT"), agency("unit-bb", "BB"), agency("unit-tt-two", "TT")],
      keys: [tt.of("unit-tt"), bb.of("unit-bb"), other.of("unit-tt-two")])
    let quorum = ApprovalQuorum(register: register, countries: 2, list: try ListName("worst-of"))
    let entry = try Samples.entry(".bad.example")
    let mine = try Self.approval(key: tt)
    let theirs = try Self.approval(agency: "unit-bb", country: "BB", key: bb)
    #expect(quorum.isProven(entry, by: [mine, theirs]))
    let failing: [[SignedApproval]] = [
      [], [mine], [mine, mine],
      // Another agency of the same country.
      [mine, try Self.approval(agency: "unit-tt-two", country: "TT", key: other)],
      // Signed by somebody else's key, or for another country, entry or version of the criteria.
      [mine, try Self.approval(agency: "unit-bb", country: "BB", key: other)],
      [mine, try Self.approval(agency: "unit-bb", country: "GY", key: bb)],
      [mine, try Self.approval("bad.example", agency: "unit-bb", country: "BB", key: bb)],
      [mine, try Self.approval(agency: "unit-bb", country: "BB", key: bb, version: 2)],
      // Not in the register.
      [mine, try Self.approval(agency: "unit-gy", country: "GY", key: bb)],
      // Decided before the key began to count.
      [mine, try Self.approval(agency: "unit-bb", country: "BB", key: bb, decided: TestKey.start - 1)],
    ]
    for approvals in failing { #expect(!quorum.isProven(entry, by: approvals)) }
    #expect(
      !ApprovalQuorum(register: register, countries: 3, list: quorum.list).isProven(
        entry, by: [mine, theirs]))
    let elsewhere = ApprovalQuorum(register: register, countries: 2, list: try ListName("other"))
    #expect(!elsewhere.isProven(entry, by: [mine, theirs]))
  }

  @Test func `a key that ended proves what is dated before its end, and from its first day nothing`() throws {
    let (tt, bb) = (try TestKey(1), try TestKey(2))
    func proves(_ end: Date?) throws -> Bool {
      let register = try AgencyRegister(
        version: 1, agencies: [agency("unit-tt", "TT"), agency("unit-bb", "BB")],
        keys: [tt.of("unit-tt"), bb.of("unit-bb", until: end)])
      return ApprovalQuorum(register: register, countries: 2, list: try ListName("worst-of")).isProven(
        try Samples.entry(".bad.example"),
        by: [
          try Self.approval(key: tt), try Self.approval(agency: "unit-bb", country: "BB", key: bb),
        ])
    }
    #expect(try proves(nil))
    #expect(try proves(Self.decided + 1))
    #expect(try !proves(Self.decided))
    #expect(try !proves(TestKey.start))
  }

  @Test func `agencies json is canonical, and is read back as it was`() throws {
    let (tt, bb) = (try TestKey(1), try TestKey(2))
    let agencies = [try agency("unit-tt", "TT"), try agency("unit-bb", "BB"), try agency("unit-gy", "GY")]
    let register = AgencyRegister(
      version: 7, agencies: agencies,
      keys: [try tt.of("unit-tt", until: Self.decided), try bb.of("unit-bb")])
    let text = String(decoding: register.encoded, as: UTF8.self)
    #expect(text.hasPrefix(#"{"agencies":[{"agency":"unit-bb","country":"BB","keys":[{"keyid":""#))
    #expect(text.hasSuffix(#""valid_until":"2026-11-18T11:16:40Z"}],"name":"unit-tt"}],"version":7}"#))
    #expect(!text.contains("unit-gy"), "an agency without a key has no vote to prove")
    #expect(try AgencyRegister(parsing: register.encoded) == register)
    let broken = [
      text.replacing(#""version":7"#, with: #""version":-1"#), text.replacing(#""BB""#, with: #""bb""#),
      text.replacing("unit-bb", with: "unit-tt"),
      text.replacing(#""name":"unit-tt""#, with: #""name":"unit\ntt""#),
      text.replacing(#""public_key":""#, with: #""public_key":"00"#),
      text.replacing(#","valid_until":null"#, with: ""), String(text.dropLast()),
      text.replacing(try bb.of("unit-bb").keyid, with: try tt.of("unit-tt").keyid),
    ]
    for text in broken {
      #expect(throws: AgencyRegisterError.self) { try AgencyRegister(parsing: Array(text.utf8)) }
    }
    let more = text.replacing(#""version":7"#, with: #""later":[],"version":7"#)
    #expect(try AgencyRegister(parsing: Array(more.utf8)) == register, "later versions may have more")
  }

  @Test func `a register contains another unless a key counts for less`() throws {
    let (tt, bb) = (try TestKey(1), try TestKey(2))
    func register(_ keys: [AgencySigningKey], country: String = "TT") throws -> AgencyRegister {
      AgencyRegister(
        version: 1, agencies: [try agency("unit-tt", country), try agency("unit-bb", "BB")], keys: keys)
    }
    let open = try register([tt.of("unit-tt")])
    #expect(open.isContained(in: try register([tt.of("unit-tt"), bb.of("unit-bb")])))
    #expect(!open.isContained(in: try register([tt.of("unit-tt", until: Self.decided)])))
    #expect(!open.isContained(in: try register([bb.of("unit-bb")])))
    #expect(!open.isContained(in: try register([tt.of("unit-tt")], country: "GY")))
    #expect(try register([tt.of("unit-tt", until: Self.decided)]).isContained(in: open))
  }

  private func agency(_ id: String, _ country: String) throws -> Agency {
    Agency(
      id: try #require(AgencyID(id)), name: id, country: try #require(CountryCode(country)), kind: .police)
  }
}

/// A key of a test: made of a number, counting from a week before the samples' time.
struct TestKey {
  static let start = Samples.now.addingTimeInterval(-7 * 86_400)
  private let key: PrivateKey

  init(_ number: UInt8) throws {
    key = try PrivateKey(ed25519Seed: [UInt8](repeating: number, count: 32))
  }

  func sign(_ octets: [UInt8]) throws -> [UInt8] { try key.sign(octets) }

  func of(_ agency: String, from: Date = start, until: Date? = nil) throws -> AgencySigningKey {
    let id = try #require(AgencyID(agency))
    let octets = try #require(key.publicKey.ed25519Octets)
    return try #require(
      AgencySigningKey(agency: id, publicOctets: octets, validFrom: from, validUntil: until))
  }
}
