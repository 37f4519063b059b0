// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Names
import StrictJSON
import Testing

@Suite struct SeedsTests {
  private static let rules = NameRules(allowsReservedNames: true)
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "seeds")

  @Test func `the exercise's submissions give at least 450 names of their own`() throws {
    let rows = try Self.table("submissions.csv")
    #expect(rows.first == ["url", "case_reference", "evidence_sha256", "seen_at", "scope", "note"])
    #expect(rows.count > 600)
    var names: Set<DomainName> = []
    for row in rows.dropFirst() {
      #expect(row.count == 6)
      #expect(row[2].count == 64)
      #expect(RFC3339.parse(row[3]) != nil)
      #expect(["host", "subtree"].contains(row[4]))
      let name = try ListableName(SubmittedURL(reported: row[0], rules: Self.rules), rules: Self.rules)
        .withoutWWW
      #expect(Self.isReserved(name), "\(name)")
      names.insert(name)
    }
    let uncovered = names.filter { name in !names.contains { $0 != name && name.isSubdomain(of: $0) } }
    #expect(uncovered.count >= 450)
    #expect(names.count < rows.count - 100, "many rows report a name again")
  }

  @Test func `every row that must be refused is refused by the rule it names`() throws {
    let guarded = try Self.table("guard.csv").dropFirst().filter { $0[1] == "never" }
      .map { try DomainName(canonical: $0[0]) }
    let rows = try Self.table("refused.csv")
    #expect(rows.first == ["url", "expected_rule", "why"])
    #expect(rows.count > 60)
    for row in rows.dropFirst() {
      #expect(Self.verdict(row[0], guarded: guarded) == row[1], "\(row[2])")
    }
    let reachable = Set(NameRule.allCases.map(\.rawValue)).subtracting([NameRule.notCanonical.rawValue])
    #expect(reachable.union(["guarded-name"]) == Set(rows.dropFirst().map { $0[1] }))
  }

  @Test func `guard names are canonical and each stands once`() throws {
    let rows = try Self.table("guard.csv")
    #expect(rows.first == ["name", "level", "reason"])
    for row in rows.dropFirst() {
      #expect(try DomainName(canonical: row[0]).text == row[0])
      #expect(["never", "narrow"].contains(row[1]))
    }
    #expect(Set(rows.map { $0[0] }).count == rows.count)
  }

  @Test func `the exercise has eight police countries and six providers`() throws {
    let octets = [UInt8](try Data(contentsOf: Self.folder.appending(path: "exercise.json5")))
    let agencies = try #require(JSONValue(json5: octets).objectValue?["agencies"]?.arrayValue)
      .compactMap(\.objectValue)
    let police = agencies.filter { $0["kind"]?.stringValue == "police" }
    #expect(Set(police.compactMap { $0["country"]?.stringValue }).count >= 8)
    #expect(agencies.filter { $0["kind"]?.stringValue == "provider" }.count == 6)
  }

  private static func verdict(_ text: String, guarded: [DomainName]) -> String {
    do throws(NameRefusal) {
      let name = try ListableName(SubmittedURL(reported: text, rules: rules), rules: rules).name
      let isGuarded = guarded.contains { name.isSubdomain(of: $0) || $0.isSubdomain(of: name) }
      return isGuarded ? "guarded-name" : "accepted"
    } catch {
      return error.rule.rawValue
    }
  }

  private static func isReserved(_ name: DomainName) -> Bool {
    ["example", "test", "invalid"].contains(name.topLevel)
      || ["example.com", "example.net", "example.org"].contains { name.text.hasSuffix($0) }
  }

  /// RFC 4180 as the seeds use it: quoted fields, no line break inside one.
  private static func table(_ name: String) throws -> [[String]] {
    try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      .split(separator: "\n").map { line in
        var fields = [""]
        var quoted = false
        var previous: Character = ","
        for character in line {
          if character == "\"" {
            if !quoted, previous == "\"" { fields[fields.count - 1].append("\"") }
            quoted.toggle()
          } else if character == ",", !quoted {
            fields.append("")
          } else {
            fields[fields.count - 1].append(character)
          }
          previous = character == "\"" && !quoted ? "\"" : character == "\"" ? " " : character
        }
        return fields
      }
  }
}
