// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Names
import Testing

@Suite struct ListableNameTests {
  @Test(arguments: [
    ("http://printer.local/", NameRule.local), ("local", .local), ("http://localhost/", .localhost),
    ("a.localhost", .localhost), ("x.onion", .onion), ("x.alt", .alt), ("1.in-addr.arpa", .specialUse),
    ("nas.lan", .privateNetwork), ("x.internal", .privateNetwork), ("x.corp", .privateNetwork),
    ("printer", .singleLabel), ("https://com/", .singleLabel), ("https://co.uk/", .publicSuffix),
    ("com.jm", .publicSuffix), ("https://github.io/", .publicSuffix), ("xn--55qx5d.cn", .publicSuffix),
    ("a.example", .specialUse), ("a.test", .specialUse), ("a.invalid", .specialUse),
    ("example.com", .specialUse), ("www.example.net", .specialUse), ("a.b.example.org", .specialUse),
  ])
  func `a name that is no public site's is refused`(text: String, rule: NameRule) throws {
    let rules = NameRules()
    let url = try SubmittedURL("  " + text, rules: rules)
    let refusal = #expect(throws: NameRefusal.self) { try ListableName(url, rules: rules) }
    #expect(refusal?.rule == rule)
    #expect(refusal?.column == url.hostColumn)
  }

  @Test(arguments: [
    "https://www.localnews.jm/", "alt.co.uk", "local.github.io", "notexample.com", "myexample.org",
    "localhost.example-site.com", "onion.com.jm", "lan.co.tt",
  ])
  func `a name that only resembles a special one is accepted`(text: String) throws {
    let rules = NameRules()
    let url = try SubmittedURL(text, rules: rules)
    #expect(try ListableName(url, rules: rules).name == url.host)
  }

  @Test(arguments: ["a.example", "a.b.test", "x.invalid", "example.com", "img.example.net"])
  func `an exercise may list reserved names`(text: String) throws {
    let rules = NameRules(allowsReservedNames: true)
    #expect(try ListableName(SubmittedURL(text, rules: rules), rules: rules).name.text == text)
  }

  @Test func `an exercise may not list other special names`() throws {
    let rules = NameRules(allowsReservedNames: true)
    for text in ["example", "a.onion", "a.local", "a.home.arpa"] {
      let url = try SubmittedURL(text, rules: rules)
      #expect(throws: NameRefusal.self) { try ListableName(url, rules: rules) }
    }
  }

  @Test(arguments: [
    ("www.bad.example", "bad.example"), ("bad.example", "bad.example"), ("www.example", "www.example"),
    ("www.www.bad.example", "www.bad.example"), ("wwww.bad.example", "wwww.bad.example"),
    ("www.img.bad.example", "img.bad.example"),
  ])
  func `a leading www is dropped while something listable remains`(text: String, kept: String) throws {
    let rules = NameRules(allowsReservedNames: true)
    #expect(try ListableName(DomainName(canonical: text), rules: rules).withoutWWW.text == kept)
  }

  @Test func `the registrable domain lies one label below the public suffix`() throws {
    let rules = NameRules(allowsReservedNames: true)
    for (text, registrable) in [
      ("a.b.bad.example", "bad.example"), ("bad.example", "bad.example"), ("a.b.co.uk", "b.co.uk"),
      ("x.y.github.io", "y.github.io"), ("www.ck", "www.ck"),
    ] {
      #expect(try ListableName(DomainName(canonical: text), rules: rules).registrable.text == registrable)
    }
  }

  @Test func `a list of one's own decides what a public suffix is`() throws {
    let text = "// ===BEGIN PRIVATE DOMAINS===\nshared-host.example\n// ===END PRIVATE DOMAINS===\nexample\n"
    let suffixes = try #require(PublicSuffixes(parsing: Array(text.utf8)))
    let rules = NameRules(allowsReservedNames: true, publicSuffixes: suffixes)
    let host = try DomainName(canonical: "shared-host.example")
    #expect(suffixes.section(of: host) == .privateDomains)
    #expect(suffixes.section(of: try DomainName(canonical: "example")) == .icann)
    #expect(throws: NameRefusal.self) { try ListableName(host, rules: rules) }
    let below = try ListableName(DomainName(canonical: "www.one.shared-host.example"), rules: rules)
    #expect(below.registrable.text == "one.shared-host.example")
  }
}
