// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Names
import StrictJSON
import Testing

/// The rule table, first part: each rule that an item of a submission can break, kept at its edge and broken one past it,
/// through the API. What is kept is taken; what is broken is refused by that very rule.
@Suite struct ItemRuleTableTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let rule: String
    let keeps: JSONObject
    let breaks: JSONObject
    var testDescription: String { rule }

    init(_ rule: String, _ keeps: String, _ breaks: String) {
      self.init(rule, ["url": .string(keeps)], ["url": .string(breaks)])
    }

    init(_ rule: String, _ keeps: JSONObject, _ breaks: JSONObject) {
      self.rule = rule
      self.keeps = keeps
      self.breaks = breaks
    }

    /// The same report but for one field.
    init(
      _ rule: String, _ field: String, _ keeps: JSONValue, _ breaks: JSONValue,
      of url: String = "https://a.b.example/"
    ) {
      self.init(rule, ["url": .string(url), field: keeps], ["url": .string(url), field: breaks])
    }
  }

  private static func letters(_ count: Int, _ letter: String = "a") -> String {
    String(repeating: letter, count: count)
  }
  private static let long = letters(63, "b")
  private static func address(of length: Int) -> String {
    "https://path.example/" + String(letters(length, "ab/").prefix(length - 21))
  }

  /// So many characters that read like base64, in parts; eleven letters before the first change are counted with them.
  private static func encoded(_ count: Int) -> String {
    let parts = stride(from: 0, to: 1_200, by: 30).map { _ in letters(15, "a1") }
    let text = parts.joined(separator: "/")
    return String(text.prefix(count - 11 + (count - 12) / 30))
  }

  private static func layered(_ layers: Int) -> String { "%" + letters(layers - 1, "25") + "41bcdefgh" }

  private static let digests = Array(repeating: letters(16, "a1b2"), count: 4).joined(separator: " ")

  private static func answers(_ answers: JSONObject, version: Int64 = 1) -> JSONValue {
    ["id": "baseline", "version": .integer(version), "answers": .object(answers)]
  }

  static let rows: [Row] = [
    // Names.
    Row("empty", "a.example", ""),
    Row("embedded-content", "https://img.example/photo", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"),
    Row("unsupported-scheme", "https://files.example/x", "ftp://files.example/x"),
    Row("no-host", "https://a.example", "https://"),
    Row("invalid-port", "https://harbor.example:65535/", "https://harbor.example:65536/"),
    Row("invalid-percent-encoding", "https://%65x.example/", "https://%zzx.example/"),
    Row("forbidden-code-point", "https://my-host.example/", "https://my_host.example/"),
    Row("invalid-idna", "https://xn--bcher-kva.example/", "https://xn--bcher-kva1.example/"),
    Row("empty-label", "https://reef.example./", "https://reef..example/"),
    Row("label-too-long", "https://\(letters(63)).example/", "https://\(letters(64)).example/"),
    Row(
      "name-too-long", "https://\(long).\(long).\(long).\(letters(53)).example/",
      "https://\(long).\(long).\(long).\(letters(54)).example/"),
    Row("ip-address", "https://192-0-2-7.example/", "http://192.0.2.7/"),
    Row("invalid-ip-address", "http://1.example/", "http://reef.1/"),
    Row("single-label", "https://wiki.example/", "https://wiki/"),
    Row("special-use", "https://home-arpa.example/", "http://router.home.arpa/"),
    Row("localhost", "https://localhost.example/", "http://localhost:3000/"),
    Row("local", "https://local.example/", "http://printer.local/"),
    Row("onion", "https://onion.example/", "http://examplehiddensvc.onion/"),
    Row("alt", "https://alt.example/", "http://reef.alt/"),
    Row("private-network", "https://corp.example/", "http://wiki.corp/"),
    Row("public-suffix", "https://example.com/", "https://com.jm/"),
    Row("control-character", "https://reef.example/", "https://reef\t.example/"),
    Row("white-space", "https://reef.example/a%20photo.jpg", "https://reef.example/a photo.jpg"),
    Row("invisible-character", "https://reef.example/x", "https://ree\u{200B}f.example/x"),
    Row("invisible-character", "https://b%C3%BCcher.example/", "https://b%C3%BCch%E2%80%8Ber.example/"),
    Row("glued-addresses", "https://reef.example/?u=cove", "https://reef.example/https://cove.example/"),
    Row("mixed-scripts", "https://b\u{FC}cher.example/", "https://r\u{435}ef.example/"),
    // Fields.
    Row("missing-field", ["url": "a.example"], ["note": "no address"]),
    Row("unknown-field", ["url": "a.example"], ["url": "a.example", "picture": "x"]),
    Row("wrong-type", ["url": "a.example"], ["url": 5]),
    Row("embedded-content", address(of: 2048), address(of: 2049)),
    // A run of base64; what reads like base64 in all; octets that are no text; layers of encoding; the beginning of a file.
    Row(
      "embedded-content", "https://run.example/" + letters(512, "Q"),
      "https://run.example/" + letters(513, "Q")),
    Row("embedded-content", "https://bad.example/" + encoded(1024), "https://bad.example/" + encoded(1025)),
    Row(
      "embedded-content", "https://octets.example/" + letters(512, "%FF"),
      "https://octets.example/" + letters(512, "%FF") + "%FE"),
    Row(
      "embedded-content", "https://layers.example/?u=" + layered(8), "https://layers.example/?u=" + layered(9)
    ),
    Row(
      "embedded-content", "https://file.example/iVBORw0KGgoAAAANSUhEUgAAAAEAAAA",
      "https://file.example/iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"),
    Row("field-too-long", "case_reference", .string(letters(128)), .string(letters(129))),
    Row(
      "field-too-long", "note", .string(String(letters(500, "ab ").prefix(500))),
      .string(String(letters(501, "ab ").prefix(501)))),
    Row("control-character", "note", "seen twice", "seen\u{7}twice"),
    Row("invisible-character", "note", "seen twice", "seen\u{202E}twice"),
    Row("embedded-content", "note", "see the file", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"),
    // As a picture begins, from 32 characters on.
    Row(
      "embedded-content", "note", .string("iVBORw0KGgo" + letters(20)), .string("iVBORw0KGgo" + letters(21))),
    Row("embedded-content", "note", .string(letters(128, "A")), .string(letters(129, "A"))),
    // Four digests, and a digit more.
    Row("embedded-content", "note", .string(digests), .string(digests + " 5")),
    Row("field-too-long", "evidence_sha256", .string(letters(64)), .string(letters(65))),
    Row("invalid-digest", "evidence_sha256", .string(letters(64)), .string(letters(63))),
    Row(
      "invalid-time", "seen_at", .string(World.time(300)), .string(World.time(301))),
    Row("invalid-time", "seen_at", "1990-01-01T00:00:00Z", "1989-12-31T23:59:59Z"),
    Row("invalid-scope", "scope", "host", "wide"),
    // Answers: the criteria in force are `baseline/1`, of `real` and `severe`.
    Row("invalid-answer", "criteria", answers(["real": true, "severe": false]), answers([:])),
    Row("invalid-answer", "criteria", answers(["real": true]), answers(["real": "perhaps"])),
    Row("criteria-not-in-force", "criteria", answers(["real": true]), answers(["real": true], version: 2)),
    Row("unknown-criterion", "criteria", answers(["severe": true]), answers(["severe": true, "old": true])),
    Row("wrong-type", "criteria", answers(["real": true]), "baseline/1"),
    // Scope.
    Row("scope-wider-than-registrable", "scope", ".b.example", ".example"),
    Row("scope-outside-report", "scope", ".b.example", ".c.example"),
    // Public suffixes of these tests: `app.harbour.example` and `*.sites.harbour.example`.
    Row("scope-covers-public-suffix", "https://www.quay.harbour.example/", "https://www.harbour.example/"),
    Row("scope-covers-public-suffix", "scope", "host", "subtree", of: "https://harbour.example/"),
    Row(
      "scope-covers-public-suffix", "scope", ".quay.harbour.example", "registrable",
      of: "https://x.quay.harbour.example/"),
    Row(
      "scope-covers-public-suffix", "scope", "sites.quay.example", ".sites.quay.example",
      of: "https://sites.quay.example/"),
    // Guards: `bank.example` never, `shared.example` narrowly.
    Row("guarded-name", "https://notbank.example/", "https://www.bank.example/"),
    Row("guarded-name-needs-host-scope", "scope", "host", "subtree", of: "https://me.shared.example/"),
  ]

  private static func outcome(_ item: JSONObject, in world: World) async throws -> String {
    let reply = try await world.post(
      "/v1/submissions?mode=each", ["list": "worst-of", "items": [.object(item)]], as: "police-jm")
    let result = reply.json["items"]?.arrayValue?.first
    return result?["refusal"]?["rule"]?.stringValue ?? result?["outcome"]?.stringValue ?? reply.problem ?? ""
  }

  private static let world = Task { try await World([("submissions.requests_per_minute", "100000")]) }

  @Test(arguments: rows) func `an item keeps the rule at its edge and breaks it one past`(row: Row)
    async throws
  {
    let world = try await Self.world.value
    let kept = try await Self.outcome(row.keeps, in: world)
    #expect(["created", "joined"].contains(kept), "\(row.rule): \(kept)")
    #expect(try await Self.outcome(row.breaks, in: world) == row.rule)
  }

  @Test(arguments: [
    ("too-many-fields", "url,note\na.example,x\n", "url,note\na.example,x,y\n"),
    (
      "invalid-answer", "url,criteria,criteria.real\na.example,baseline/1,Yes\n",
      "url,criteria,criteria.real\na.example,baseline/1,maybe\n"
    ),
    (
      "criteria-not-in-force", "url,criteria,criteria.real\na.example,baseline/1,no\n",
      "url,criteria,criteria.real\na.example,baseline/3,no\n"
    ),
    ("stray-quote", "url,note\na.example,\"say \"\"x\"\"\"\n", "url,note\na.example,say \"x\"\n"),
  ]) func `a cell keeps the rule and breaks it`(rule: String, keeps: String, breaks: String) async throws {
    let world = try await Self.world.value
    func outcome(_ body: String) async throws -> String? {
      let reply = try await world.ask(
        "POST", "/v1/submissions?list=worst-of&mode=each", as: "police-jm", body: Array(body.utf8),
        type: "text/csv")
      let item = reply.json["items"]?.arrayValue?.first
      return item?["refusal"]?["rule"]?.stringValue ?? item?["outcome"]?.stringValue ?? reply.problem
    }
    let kept = try await outcome(keeps)
    #expect(kept == "created" || kept == "joined", "\(kept ?? "")")
    #expect(try await outcome(breaks) == rule)
  }

  @Test func `the table has every rule, and the documentation names each`() throws {
    // Many reports are in ReportLimitTests; only what is sent to be guarded and the like can be not canonical.
    let tabled = Set(Self.rows.map(\.rule)).union(["too-many-fields", "stray-quote", "too-many-reports"])
    #expect(
      try Repository.text("Tests/ListServiceTests/ReportLimitTests.swift").contains("\"too-many-reports\""))
    let rules =
      NameRule.allCases.map(\.rawValue).filter { $0 != "not-canonical" } + FieldRule.allCases.map(\.rawValue)
      + ScopeRefusal.allCases.map(\.rawValue) + GuardRefusal.allCases.map(\.rawValue)
      + ReportRefusal.allCases.map(\.rawValue)
    let page = try Repository.text("docs/protocol.md")
    for rule in Set(rules) {
      #expect(tabled.contains(rule), "\(rule) is not in the table")
      #expect(page.contains("`\(rule)`"), "\(rule) is not in docs/protocol.md")
    }
  }
}
