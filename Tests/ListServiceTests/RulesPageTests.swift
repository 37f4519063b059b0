// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import ListService
import Names
import Testing

/// `docs/rules.md` names problem types, limits and tests: each has to exist, and none of the problem types may be missing.
@Suite struct RulesPageTests {
  /// A line of a table.
  struct Line {
    let rule: String
    let limit: String
    let standard: String
    let answered: String
    let triedBy: String
  }

  private static func cells(_ line: Substring) -> [String] {
    line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }

  private static func rows(_ columns: Int) throws -> [[String]] {
    try Repository.text("docs/rules.md").split(separator: "\n").filter {
      $0.hasPrefix("| ") && $0.hasSuffix(" |")
    }
    .map(cells).filter { $0.count == columns && !["rule", "table"].contains($0[0]) }
  }

  private static func lines() throws -> [Line] {
    try rows(5).map { Line(rule: $0[0], limit: $0[1], standard: $0[2], answered: $0[3], triedBy: $0[4]) }
  }

  /// The words between backticks.
  private static func words(_ text: String) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  @Test func `each line has its five parts, and each table its line`() throws {
    let page = try Repository.text("docs/rules.md")
    let written = page.split(separator: "\n").filter { $0.hasPrefix("|") && !$0.hasPrefix("|---") }
    let lines = try Self.lines()
    let heads = written.filter { $0.hasPrefix("| rule |") }.count
    let tables = try Self.rows(3).count
    #expect(lines.count > 180 && written.count == lines.count + heads + 1 + tables)
    for line in lines {
      #expect(!line.rule.isEmpty && !line.triedBy.isEmpty && line.triedBy != "–", "\(line.rule)")
      #expect(line.limit == "–" || line.standard != "–", "\(line.rule) has no default")
    }
  }

  // MARK: Problem types

  private static let itemRules = Set(
    NameRule.allCases.map(\.rawValue) + FieldRule.allCases.map(\.rawValue)
      + ScopeRefusal.allCases.map(\.rawValue) + GuardRefusal.allCases.map(\.rawValue)
      + ReportRefusal.allCases.map(\.rawValue))

  @Test func `what is answered exists, and nothing that is answered is missing`() throws {
    let answered = Set(try Self.lines().flatMap { Self.words($0.answered) })
    for word in answered {
      #expect(ProblemKind(rawValue: word) != nil || Self.itemRules.contains(word), "\(word) is nothing")
    }
    for kind in ProblemKind.allCases where !answered.contains(kind.rawValue) {
      Issue.record("docs/rules.md does not name \(kind.rawValue)")
    }
    // `not-canonical` is said of what is guarded, in the words of `invalid-field`.
    for rule in Self.itemRules.subtracting(answered) where rule != "not-canonical" {
      Issue.record("docs/rules.md does not name \(rule)")
    }
  }

  // MARK: Tests

  private static let tables: [String: @Sendable () -> Set<String>] = [
    "items": { Set(ItemRuleTableTests.rows.map(\.rule)) },
    "cells": { ["too-many-fields", "invalid-answer", "criteria-not-in-force", "stray-quote"] },
    "desk": {
      kinds(DeskRuleTableTests.submissions + DeskRuleTableTests.reviews + DeskRuleTableTests.afterwards)
    },
    "requests": {
      kinds(RequestRuleTableTests.forms + RequestRuleTableTests.callers + RequestRuleTableTests.things)
    },
    "refusals": {
      kinds(DeskRefusalTableTests.desk + DeskRefusalTableTests.appeals + DeskRefusalTableTests.releases)
    },
    "signatures": { kinds(SignatureRuleTableTests.rows) },
    "keys": { kinds(KeyRuleTableTests.proposals + KeyRuleTableTests.faults) },
    "limits": { Set((LimitTableTests.texts + LimitTableTests.counts).map(\.problem.rawValue)) },
    "fields": { Set(FieldLimitTests.rows.map(\.problem.rawValue)) },
  ]

  private static func kinds(_ rows: [DeskRuleTableTests.Row]) -> Set<String> {
    Set(rows.map(\.problem.rawValue))
  }

  @Test func `what a table is said to try, it tries`() throws {
    for line in try Self.lines() {
      for citation in line.triedBy.split(separator: ";") where !citation.contains(":") {
        let name = Self.words(String(citation)).first ?? ""
        if name == "ranges" {
          let key = Self.words(line.limit).first?.replacing("lists.L.", with: "lists.a.")
          #expect(ConfigurationRangeTests.rows.contains { $0.key == key }, "\(line.rule): \(line.limit)")
          continue
        }
        let tried = Self.tables[name]?() ?? []
        #expect(!tried.isEmpty, "\(line.rule): there is no table \(name)")
        for word in Self.words(line.answered) {
          #expect(tried.contains(word), "\(name) does not try \(word)")
        }
      }
    }
  }

  @Test func `the tests that are named exist`() throws {
    var sources: [String: String] = [:]
    for path in try Repository.files("Tests", ".swift") + Repository.files("Tests/Acceptance", ".py") {
      let name = String(path.split(separator: "/").last ?? "")
      sources[name.replacing(".swift", with: "")] = try Repository.text(path)
    }
    func check(_ suite: String, _ test: String, _ line: String) {
      let wanted = suite.hasSuffix(".py") ? "def \(test)(" : "func `\(test)`("
      let text = sources[suite] ?? ""
      let isThere = text.contains(wanted)
      #expect(isThere, "\(line): \(suite) has no test \(test)")
    }
    for row in try Self.rows(3) { check(Self.words(row[1]).first ?? "", row[2], row[0]) }
    for line in try Self.lines() {
      for citation in line.triedBy.split(separator: ";") where citation.contains(":") {
        let test = citation.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
        check(Self.words(String(citation)).first ?? "", test, line.rule)
      }
    }
  }

  // MARK: Limits

  /// A number as the page writes it, or as the source does.
  private static func number(_ text: some StringProtocol) -> Int? {
    let digits = String(text).replacing(",", with: "").replacing("_", with: "")
    let parts = digits.split(separator: " << ").map { Int($0) }
    if parts.count == 2, let left = parts[0], let right = parts[1] { return left << right }
    return Int(digits)
  }

  /// What the source gives `Type.member`, as a constant or as a case's value.
  private static func value(_ name: String, in sources: [String]) -> [Int] {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 2 else { return [] }
    let types = [
      "enum \(parts[0])", "struct \(parts[0])", "class \(parts[0])", "actor \(parts[0])",
      "extension \(parts[0])",
    ]
    var values: [Int] = []
    for text in sources where types.contains(where: text.contains) {
      for line in text.split(separator: "\n") {
        for mark in ["static let \(parts[1]) = ", "case .\(parts[1]): "] {
          guard let start = line.range(of: mark) else { continue }
          if let value = number(line[start.upperBound...]) { values.append(value) }
        }
      }
    }
    return values
  }

  @Test func `each limit that is named is there, with the default that is told`() throws {
    let sources = try Repository.files("Sources", ".swift").map(Repository.text)
    let tried = LimitTableTests.texts + LimitTableTests.counts + FieldLimitTests.rows
    for line in try Self.lines() where line.limit != "–" {
      let told = try #require(Self.number(line.standard), "\(line.rule): \(line.standard)")
      guard let name = Self.words(line.limit).first else {
        // In plain words: the row that tries it.
        let row = tried.first { $0.name == line.limit }
        #expect(row?.most == told, "\(line.rule): \(line.limit) is \(row?.most ?? -1)")
        continue
      }
      let key = name.replacing("lists.L.", with: "lists.a.")
      if let row = ConfigurationRangeTests.rows.first(where: { $0.key == key }) {
        #expect(row.standard == told, "\(line.rule): \(name) is \(row.standard)")
      } else {
        let values = Self.value(name, in: sources)
        #expect(values.contains(told), "\(line.rule): \(name) is \(values)")
      }
    }
  }
}
