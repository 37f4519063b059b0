// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Testing

/// Entries as text, against the same done entry by entry.
struct EntryTextTests {
  private func lines(_ entries: some Sequence<BlocklistEntry>) -> [String] {
    Set(entries.map(\.text)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func text(_ lines: [String]) -> [UInt8] { octets(lines.map { $0 + "\n" }.joined()) }

  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func `what is dropped, added, held and reduced is what it is entry by entry`(seed: UInt64) throws {
    var source = RandomLists(seed: seed)
    let all = try source.entries(1 + source.number(below: 60))
    let others = try source.entries(source.number(below: 40)) + all.prefix(5)
    let some = [UInt8](sortedLinesOf: all)
    let change = [UInt8](sortedLinesOf: others)
    #expect(some == text(lines(all)))
    let gone = Set(others)
    #expect(some.droppingLines(of: change) == text(lines(all.filter { !gone.contains($0) })))
    #expect(some.addingLines(of: change) == text(lines(all + others)))
    let list = try Blocklist(entries: others)
    let held = all.filter { model(of: others + [$0]) == list.map(\.text) }
    #expect(list.heldLines(of: some) == text(lines(held)))
    #expect(try Blocklist(reducing: some).octets == text(model(of: all)))
  }

  @Test func `what is not sorted, or misspelled, is no text of entries`() {
    let wrong = ["b.example\na.example\n": LineRefusal.notSorted, "a.example\na.example\n": .duplicate]
    for (lines, refusal) in wrong {
      #expect(throws: BlocklistError.line(2, refusal)) { try Blocklist(reducing: octets(lines)) }
    }
    #expect(throws: BlocklistError.line(1, .notCanonical)) { try Blocklist(reducing: octets("A.example\n")) }
    #expect(throws: BlocklistError.line(1, .missingFinalLineFeed)) {
      try Blocklist(reducing: octets("a.example"))
    }
  }

  @Test(arguments: [2, 3])
  func `a list of so many entries is made, and of one more is not`(limit: Int) throws {
    let text = octets("a.example\nb.example\nc.example\n")
    let limits = ListLimits(entries: limit)
    guard limit < 3 else {
      #expect(try Blocklist(reducing: text, limits: limits).count == 3)
      return
    }
    #expect(throws: BlocklistError.tooManyEntries(limit: limit)) {
      try Blocklist(reducing: text, limits: limits)
    }
  }
}
