// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Names
import Testing

struct BlocklistTests {
  @Test(arguments: 0..<60)
  func `any entries become the sorted unique lines that no subtree covers`(seed: Int) throws {
    var random = RandomLists(seed: UInt64(seed))
    let entries = try random.entries(random.number(below: 200))
    let made = try Blocklist(entries: entries)
    let expected = model(of: entries)
    #expect(made.map(\.text) == expected)
    #expect(made.count == expected.count)
    #expect(made.octets == octets(expected.map { $0 + "\n" }.joined()))
    #expect(made.digest == SHA256Digest(hashing: made.octets))
    #expect(try Blocklist(parsing: made.octets) == made)
  }

  @Test(arguments: 0..<20)
  func `covers agrees with walking up the tree`(seed: Int) throws {
    var random = RandomLists(seed: 1000 + UInt64(seed))
    let made = try Blocklist(entries: try random.entries(60))
    let listed = Set(made)
    for probe in try random.entries(300).map(\.name) {
      var expected = listed.contains(BlocklistEntry(name: probe, scope: .host))
      var above: DomainName? = probe
      while let name = above {
        expected = expected || listed.contains(BlocklistEntry(name: name, scope: .subtree))
        above = name.parent
      }
      #expect(made.covers(probe) == expected)
    }
  }

  @Test func `every entry of a list is contained and its neighbours are not`() throws {
    let made = try list("a.example", ".b.example", "c.b0.example", "d.example")
    for entry in made { #expect(made.contains(entry)) }
    #expect(!made.contains(try BlocklistEntry(parsing: ".a.example")))
    #expect(!made.contains(try BlocklistEntry(parsing: "b.example")))
    #expect(!made.contains(try BlocklistEntry(parsing: "e.example")))
  }

  @Test func `a host entry blocks neither its parent nor its children`() throws {
    let made = try list("bad.example", ".worse.example")
    #expect(made.covers(try DomainName(canonical: "bad.example")))
    #expect(!made.covers(try DomainName(canonical: "www.bad.example")))
    #expect(made.covers(try DomainName(canonical: "www.worse.example")))
    #expect(!made.covers(try DomainName(canonical: "notworse.example")))
    #expect(!made.covers(try DomainName(canonical: "xn--bcher-kva.example")))
  }

  @Test func `the empty list is empty text`() throws {
    #expect(try Blocklist(parsing: []) == .empty)
    #expect(try Blocklist(entries: []).octets.isEmpty)
    #expect(!Blocklist.empty.covers(try DomainName(canonical: "bad.example")))
  }

  @Test(arguments: [
    ("b.example\na.example\n", 2, LineRefusal.notSorted),
    ("a.example\na.example\n", 2, .duplicate),
    (".b.example\na.b.example\n", 2, .covered),
    (".b.example\nb.example\n", 2, .covered),
    (".b.example\n.x.b.example\n", 2, .covered),
    ("a.example\nb.example", 2, .missingFinalLineFeed),
    ("a.example\r\nb.example\r\n", 1, .carriageReturn),
    ("a.example\n\nb.example\n", 2, .empty),
    ("\n", 1, .empty),
    ("A.example\n", 1, .notCanonical),
    ("a..example\n", 1, .notCanonical),
    ("..a.example\n", 1, .notCanonical),
    ("a.example.\n", 1, .notCanonical),
    (".\n", 1, .notCanonical),
    (" a.example\n", 1, .notCanonical),
    ("a.example \n", 1, .notCanonical),
    ("# comment\n", 1, .notCanonical),
    ("bücher.example\n", 1, .notCanonical),
    ("xn--bcher.example\n", 1, .notCanonical),
    ("192.0.2.1\n", 1, .notCanonical),
    ("-b.a.example\n.a.example\n", 1, .covered),
    ("*.a.example\n", 1, .notCanonical),
  ])
  func `text that is not canonical is refused at its line`(text: String, line: Int, refusal: LineRefusal) {
    #expect(throws: BlocklistError.line(line, refusal)) { try Blocklist(parsing: octets(text)) }
  }

  @Test func `octets that are no UTF-8 are refused`() {
    #expect(throws: BlocklistError.line(1, .notCanonical)) {
      try Blocklist(parsing: [0x61, 0xFF, 0x2E, 0x0A])
    }
    #expect(throws: BlocklistError.line(1, .notCanonical)) {
      try Blocklist(parsing: [0x61, 0x00, 0x2E, 0x0A])
    }
  }

  @Test func `internationalised names and labels of 63 octets are accepted`() throws {
    let label = String(repeating: "a", count: 63)
    let text = octets("\(label).example\nxn--bcher-kva.example\n")
    #expect(try Blocklist(parsing: text).count == 2)
    #expect(throws: BlocklistError.line(1, .notCanonical)) {
      try Blocklist(parsing: octets("a\(label).example\n"))
    }
  }

  @Test func `limits hold at the limit and one past it`() throws {
    let made = try list("a.example", "b.example")
    let exact = ListLimits(entries: 2, octets: made.octets.count)
    #expect(try Blocklist(parsing: made.octets, limits: exact) == made)
    #expect(try Blocklist(entries: made, limits: exact) == made)
    #expect(throws: BlocklistError.tooManyEntries(limit: 1)) {
      try Blocklist(parsing: made.octets, limits: ListLimits(entries: 1))
    }
    #expect(throws: BlocklistError.tooManyOctets(limit: 19)) {
      try Blocklist(parsing: made.octets, limits: ListLimits(octets: 19))
    }
    #expect(throws: BlocklistError.tooManyEntries(limit: 1)) {
      try Blocklist(entries: made, limits: ListLimits(entries: 1))
    }
    #expect(throws: BlocklistError.tooManyOctets(limit: 19)) {
      try Blocklist(entries: made, limits: ListLimits(octets: 19))
    }
  }
}
