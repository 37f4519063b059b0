// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Testing

struct DeltaTests {
  @Test(arguments: 0..<80)
  func `a difference applied to the older list gives the newer one`(seed: Int) throws {
    var random = RandomLists(seed: 2000 + UInt64(seed))
    let shared = try random.entries(random.number(below: 150))
    let older = try Blocklist(entries: shared + random.entries(random.number(below: 60)))
    let newer = try Blocklist(entries: shared + random.entries(random.number(below: 60)))
    let delta = Delta(from: older, to: newer)
    #expect(delta.removals.map(\.text) == older.map(\.text).filter { !Set(newer.map(\.text)).contains($0) })
    #expect(delta.additions.map(\.text) == newer.map(\.text).filter { !Set(older.map(\.text)).contains($0) })
    let applied = try delta.applied(to: older)
    #expect(applied.octets == newer.octets)
    #expect(applied.count == newer.count)
    #expect(applied.digest == newer.digest)
    #expect(try Delta(parsing: delta.text) == delta)
  }

  @Test(arguments: 0..<40)
  func `merging two differences is the difference of the ends`(seed: Int) throws {
    var random = RandomLists(seed: 3000 + UInt64(seed))
    let shared = try random.entries(80)
    var lists: [Blocklist] = []
    for _ in 0..<4 { lists.append(try Blocklist(entries: shared + random.entries(random.number(below: 50)))) }
    var merged = Delta.none
    for index in 1..<lists.count {
      merged = try merged.merging(Delta(from: lists[index - 1], to: lists[index]))
      #expect(merged == Delta(from: lists[0], to: lists[index]))
    }
  }

  @Test func `listing a subtree removes the entries it covers, and lifting it brings them back`() throws {
    let before = try list("a.bad.example", "bad.example", "good.example")
    let after = try Blocklist(entries: Array(before) + [BlocklistEntry(parsing: ".bad.example")])
    let delta = Delta(from: before, to: after)
    #expect(delta.text == octets("-a.bad.example\n-bad.example\n+.bad.example\n"))
    #expect(Delta(from: after, to: before).text == octets("-.bad.example\n+a.bad.example\n+bad.example\n"))
  }

  @Test func `no change is empty text`() throws {
    let made = try list("a.example")
    #expect(Delta(from: made, to: made).isEmpty)
    #expect(Delta.none.text.isEmpty)
    #expect(try Delta(parsing: []).isEmpty)
    #expect(try Delta.none.applied(to: made) == made)
  }

  @Test(arguments: [
    ("+a.example", 1, LineRefusal.missingFinalLineFeed),
    ("a.example\n", 1, .missingSign),
    ("\n", 1, .empty),
    ("-\n", 1, .empty),
    ("+a.example\n-b.example\n", 2, .removalAfterAddition),
    ("-b.example\n-a.example\n", 2, .notSorted),
    ("+b.example\n+b.example\n", 2, .duplicate),
    ("-a.example\n-b.example\n+b.example\n", 3, .removedAndAdded),
    ("+a.example\r\n", 1, .carriageReturn),
    ("+A.example\n", 1, .notCanonical),
    ("+ a.example\n", 1, .notCanonical),
    ("++a.example\n", 1, .notCanonical),
  ])
  func `delta text that is not canonical is refused at its line`(
    text: String, line: Int, refusal: LineRefusal
  ) {
    #expect(throws: BlocklistError.line(line, refusal)) { try Delta(parsing: octets(text)) }
  }

  @Test(arguments: [
    ("-x.example\n", BlocklistError.removesAbsentEntry(1)),
    ("-a.example\n-aa.example\n", .removesAbsentEntry(2)),
    ("-b.example\n", .removesAbsentEntry(1)),
    ("+0.example\n+a.example\n", .addsPresentEntry(2)),
    ("+x.b.example\n", .addsCoveredEntry(1)),
    ("+b.example\n", .addsCoveredEntry(1)),
    ("+.test\n+a.test\n", .addsCoveredEntry(2)),
    ("+.example\n", .coversRemainingEntry),
    ("-a.example\n+.c.example\n", .coversRemainingEntry),
  ])
  func `a delta that does not fit the list is refused`(text: String, error: BlocklistError) throws {
    var names = ["a.example", ".b.example", "c.example"]
    for number in 100..<164 { names.append("n\(number).test") }
    let made = try Blocklist(entries: names.map { name in try BlocklistEntry(parsing: name) })
    let delta = try Delta(parsing: octets(text))
    #expect(throws: error) { try delta.applied(to: made) }
    // The same verdicts where the delta is large beside the list and is checked as a whole.
    let small = try list("a.example", ".b.example", "c.example")
    #expect(throws: error) { try delta.applied(to: small) }
  }

  @Test func `deltas that do not follow each other are not merged`() throws {
    let addition = try Delta(parsing: octets("+a.example\n"))
    let removal = try Delta(parsing: octets("-a.example\n"))
    #expect(throws: BlocklistError.notConsecutive) { try addition.merging(addition) }
    #expect(throws: BlocklistError.notConsecutive) { try removal.merging(removal) }
    #expect(try addition.merging(removal).isEmpty)
  }

  @Test func `limits hold at the limit and one past it`() throws {
    let text = octets("-a.example\n+b.example\n")
    let exact = ListLimits(entries: 1, octets: 10, changes: 2, deltaOctets: text.count)
    let delta = try Delta(parsing: text, limits: exact)
    #expect(try delta.applied(to: list("a.example"), limits: exact).count == 1)
    #expect(throws: BlocklistError.tooManyEntries(limit: 1)) {
      try Delta(parsing: text, limits: ListLimits(changes: 1))
    }
    #expect(throws: BlocklistError.tooManyOctets(limit: text.count - 1)) {
      try Delta(parsing: text, limits: ListLimits(deltaOctets: text.count - 1))
    }
    #expect(throws: BlocklistError.tooManyEntries(limit: 0)) {
      try delta.applied(to: list("a.example"), limits: ListLimits(entries: 0))
    }
    #expect(throws: BlocklistError.tooManyOctets(limit: 9)) {
      try delta.applied(to: list("a.example"), limits: ListLimits(octets: 9))
    }
  }
}
