// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Names
import Testing

@Suite struct DomainNameTests {
  @Test(arguments: [
    "bad.example", "xn--bcher-kva.example", "a", "xn--n3h.example", "-a.b-.example", "r3---sn.example",
    "1.example",
  ])
  func `the canonical spelling is taken as it is`(text: String) throws {
    #expect(try DomainName(canonical: text).text == text)
  }

  @Test(arguments: [
    ("Bad.example", NameRule.notCanonical, 1), ("bad.exAmple", .notCanonical, 7),
    ("bad.example.", .notCanonical, 12),
    ("bücher.example", .notCanonical, 1), ("xn--BCHER-kva.example", .notCanonical, 5), ("", .empty, 1),
    ("bad..example", .emptyLabel, 5), (".bad.example", .emptyLabel, 1),
    ("bad_.example", .forbiddenCodePoint, 4),
    ("bad.example\n", .forbiddenCodePoint, 12), ("bad .example", .forbiddenCodePoint, 4),
    ("192.0.2.1", .ipAddress, 1), ("a.1", .invalidIPAddress, 1), ("xn--a.example", .invalidIDNA, 1),
    ("https://bad.example", .forbiddenCodePoint, 6),
  ])
  func `any other spelling is refused, not repaired`(text: String, rule: NameRule, column: Int) {
    let refusal = #expect(throws: NameRefusal.self) { try DomainName(canonical: text) }
    #expect(refusal?.rule == rule)
    #expect(refusal?.column == column)
  }

  @Test func `a name lies below itself and its parents, by whole labels`() throws {
    let name = try DomainName(canonical: "img.bad.example")
    let parent = try DomainName(canonical: "bad.example")
    #expect(name.parent == parent)
    #expect(try DomainName(canonical: "example").parent == nil)
    #expect(name.isSubdomain(of: parent))
    #expect(parent.isSubdomain(of: parent))
    #expect(!parent.isSubdomain(of: name))
    #expect(try !DomainName(canonical: "notbad.example").isSubdomain(of: parent))
    #expect(name.labels == ["img", "bad", "example"])
    #expect(name.topLevel == "example")
  }

  @Test func `names sort by octets`() throws {
    let names = try ["b.example", "a-b.example", "a.example", "a0.example"].map(DomainName.init(canonical:))
    #expect(names.sorted().map(\.text) == ["a-b.example", "a.example", "a0.example", "b.example"])
  }
}
