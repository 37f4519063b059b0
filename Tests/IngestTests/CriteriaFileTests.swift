// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Testing

/// Criteria as their files give them.
@Suite struct CriteriaFileTests {
  private static let items =
    "items: [{ key: 'real', text: 'Is it?' }, { key: 'severe', text: 'Is it severe?' }]"

  private func read(_ text: String) throws(CriteriaError) -> Criteria {
    try Criteria(json5: Array(text.utf8))
  }

  private func file(
    _ id: String = "'a'", version: String = "1", title: String = "'A'", countries: String? = nil,
    _ items: String = items
  ) -> String {
    "{ id: \(id), version: \(version), title: \(title), \(countries.map { "countries: \($0), " } ?? "")\(items) }"
  }

  @Test func `a file gives id, version, title, countries and questions`() throws {
    let criteria = try read(file("'interpol-baseline'", version: "3", title: "'Baseline'", countries: "3"))
    #expect(criteria.id == "interpol-baseline" && criteria.version == 3 && criteria.title == "Baseline")
    #expect(criteria.countries == 3 && criteria.items.map(\.key) == ["real", "severe"])
    #expect(criteria.items.map(\.text) == ["Is it?", "Is it severe?"])
    #expect(try read(file()).countries == 2, "unless it says otherwise")
  }

  @Test func `the criteria that come with Cordon can be read`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "config/criteria")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".json5")
    }
    #expect(names.contains("interpol-baseline.json5"))
    for name in names {
      let criteria = try Criteria(json5: Array(Data(contentsOf: folder.appending(path: name))))
      #expect(!criteria.items.isEmpty && criteria.countries == 2, "\(name)")
    }
  }

  @Test func `two to ten countries have to say yes`() throws {
    #expect(try read(file(countries: "2")).countries == 2)
    #expect(try read(file(countries: "10")).countries == 10)
    for wrong in ["1", "11", "'2'", "2.5", "null"] {
      let error = #expect(throws: CriteriaError.self) { try read(file(countries: wrong)) }
      #expect(error == .wrongMember("countries"), "\(wrong)")
    }
  }

  @Test func `a version is counted from one, and an id is a handle of sixty-four letters at most`() throws {
    #expect(try read(file(version: "1")).version == 1)
    #expect(throws: CriteriaError.self) { try read(file(version: "0")) }
    let (most, more) = (String(repeating: "a", count: 64), String(repeating: "a", count: 65))
    #expect(try read(file("'\(most)'")).id == most)
    for wrong in [more, "A", "a--b", ""] {
      #expect(throws: CriteriaError.self) { try read(file("'\(wrong)'")) }
    }
  }

  @Test(arguments: [
    ("items: []", CriteriaError.wrongMember("items")),
    ("items: [{ key: 'a', text: 'x' }, { key: 'a', text: 'y' }]", .wrongMember("items")),
    ("items: [{ key: 'a' }]", .wrongMember("items")), ("items: 1", .wrongMember("items")),
    ("items: [{ key: 'a', text: 'x', hint: 'z' }]", .wrongMember("items")),
    ("items: [{ key: 'a', text: 'x' }], more: 1", .unknownMember("more")),
  ]) func `questions are one at least, each by a key of its own, and nothing besides`(
    items: String, expected: CriteriaError
  ) throws {
    #expect(try read(file("'a'", "items: [{ key: 'a', text: 'x' }]")).items.count == 1)
    let error = #expect(throws: CriteriaError.self) { try read(file("'a'", items)) }
    #expect(error == expected)
  }

  @Test(arguments: [
    ("{ version: 1, title: 'A', items: [] }", "id"), ("{ id: 'a', title: 'A', items: [] }", "version"),
    ("{ id: 'a', version: 1, items: [] }", "title"), ("{ id: 'a', version: 1, title: 'A' }", "items"),
  ]) func `what is missing is named`(text: String, member: String) {
    let error = #expect(throws: CriteriaError.self) { try read(text) }
    #expect(error == .wrongMember(member))
  }

  @Test(arguments: ["", "[]", "{ id: ", "{} {}"]) func `what is no object in JSON5 is refused`(text: String) {
    let error = #expect(throws: CriteriaError.self) { try read(text) }
    guard case .malformed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
