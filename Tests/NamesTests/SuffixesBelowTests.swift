// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Names
import Testing

@Suite struct SuffixesBelowTests {
  private func list(_ rules: String...) throws -> PublicSuffixes {
    try #require(PublicSuffixes(parsing: Array(rules.joined(separator: "\n").utf8)))
  }

  private func below(_ name: String, _ list: PublicSuffixes) throws -> SuffixesBelow? {
    list.below(try DomainName(canonical: name))
  }

  @Test func `a rule lies below each of its ancestors of two labels or more, and not below itself`() throws {
    let list = try list("// one", "example", "k8s.west.cloud.example")
    #expect(try below("cloud.example", list)?.words == "k8s.west.cloud.example")
    #expect(try below("west.cloud.example", list)?.count == 1)
    #expect(try below("k8s.west.cloud.example", list) == nil)
    #expect(try below("example", list) == nil)
    #expect(try below("east.cloud.example", list) == nil)
  }

  @Test func `what a wildcard stands for lies below its own name, and an exception adds nothing`() throws {
    let list = try list("*.hosting.reef.example", "!www.shop.cove.example")
    #expect(try below("hosting.reef.example", list)?.words == "*.hosting.reef.example")
    #expect(try below("reef.example", list)?.count == 1)
    #expect(try below("one.hosting.reef.example", list) == nil)
    #expect(try below("shop.cove.example", list) == nil)
  }

  @Test func `a few are told and the others counted, by their spelling, as A-labels`() throws {
    let list = try list("d.reef.example", "c.reef.example  c.too", "b\u{FC}ro.reef.example", "a.reef.example")
    let found = try #require(try below("reef.example", list))
    #expect(found.first == ["a.reef.example", "c.reef.example", "d.reef.example"])
    #expect(found.words == "a.reef.example, c.reef.example, d.reef.example and 1 more")
    #expect(try below("xn--bro-hoa.reef.example", list) == nil)
  }

  @Test func `a text without a rule is no list`() {
    for text in ["", "\n", "// nothing but a remark\n", "\n// BEGIN\n\n"] {
      #expect(PublicSuffixes(parsing: Array(text.utf8)) == nil)
    }
  }

  @Test func `the compiled form is no list, for it does not tell what is below`() throws {
    let path = "/usr/share/publicsuffix/public_suffix_list.dafsa"
    let octets = try #require(FileManager.default.contents(atPath: path))
    #expect(PublicSuffixes(parsing: Array(octets)) == nil)
  }

  @Test func `the list of this machine has suffixes below registered domains, and libpsl takes each for one`()
    throws
  {
    let octets = try #require(FileManager.default.contents(atPath: PublicSuffixes.installedPath))
    let list = try #require(PublicSuffixes(parsing: Array(octets)))
    for (name, suffix) in [
      ("render.com", "app.render.com"), ("platform.sh", "eu.platform.sh"),
      ("ovh.net", "one.hosting.ovh.net"), ("joyent.com", "one.cns.joyent.com"),
    ] {
      let (name, suffix) = (try DomainName(canonical: name), try DomainName(canonical: suffix))
      #expect(list.registrable(of: name) == name)
      #expect(list.isPublicSuffix(suffix))
      #expect(list.below(name) != nil)
    }
    // Every rule in the file is found below its parent, however it is spelled there.
    var rules = 0
    for line in String(decoding: octets, as: UTF8.self).split(whereSeparator: \.isNewline)
    where !line.hasPrefix("//") && !line.hasPrefix("!") && !line.trimmingCharacters(in: .whitespaces).isEmpty
    {
      let rule = String(line.prefix { !$0.isWhitespace })
      let isWildcard = rule.hasPrefix("*.")
      let spelled = rule.replacing("*", with: "one")
      let name = try SubmittedURL(spelled, rules: NameRules(allowsReservedNames: true)).host
      #expect(list.isPublicSuffix(name), "\(rule)")
      guard let parent = name.parent, parent.parent != nil else { continue }
      rules += 1
      #expect(list.below(parent) != nil, "\(rule) \(isWildcard)")
    }
    #expect(rules > 1_000)
  }
}
