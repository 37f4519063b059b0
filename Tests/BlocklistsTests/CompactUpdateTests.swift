// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Testing

@Suite struct CompactUpdateTests {
  /// A body of one change, through its octets and back.
  private func carried(_ change: CompactChange) throws -> CompactChange {
    let update = CompactUpdate(from: ListVersion(1), to: ListVersion(2), change: change)
    return try CompactUpdate(parsing: update.octets).change
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `a change between random lists comes out as it went in`(_ seed: UInt64) throws {
    var random = RandomLists(seed: seed)
    let older = try Blocklist(entries: random.entries(random.number(below: 300)))
    let newer = try Blocklist(entries: Array(older) + random.entries(random.number(below: 200)))
    for (from, to) in [(older, newer), (newer, older), (older, .empty)] {
      let delta = Delta(from: from, to: to)
      let change = try carried(try CompactChange(delta, from: from.entries))
      let result = try change.delta(from: from.entries)
      #expect(result == delta)
      #expect(try result.applied(to: from) == to)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `a whole list comes out as it went in`(_ seed: UInt64) throws {
    var random = RandomLists(seed: seed)
    let list = try Blocklist(entries: random.entries(random.number(below: 2000)))
    let change = try carried(try CompactChange(whole: list, level: 9))
    #expect(try change.delta(from: .none).applied(to: .empty) == list)
  }

  private final class Spool: LineSpool {
    var octets: [UInt8] = []
    func append(_ more: ArraySlice<UInt8>) { octets += more }
    func slab() -> Slab { Slab(octets) }
  }

  @Test func `a whole list that needs several sorted runs comes out in order`() throws {
    let filler = String(repeating: "x", count: 60)
    let entries = try (0..<30_000).map { number in
      try BlocklistEntry(
        parsing: ".n\(number * 7919 % 30_000).\(filler).\(filler).\(filler).g\(number % 7).example")
    }
    let list = try Blocklist(entries: entries)
    let spool = Spool()
    var octets: [UInt8] = []
    try CompactChange(whole: list, level: 1).whole(spool: spool) { octets += $0 }
    #expect(octets == list.octets && spool.octets.count == octets.count)
    let small = try Blocklist(entries: entries.prefix(10))
    let unused = Spool()
    octets = []
    try CompactChange(whole: small, level: 1).whole(spool: unused) { octets += $0 }
    #expect(octets == small.octets && unused.octets.isEmpty)
  }

  @Test func `a list beyond the sample's size is sampled alike on both sides`() throws {
    let entries = try (0..<20_000).map { try BlocklistEntry(parsing: "n\($0).some-host.example") }
    let older = try Blocklist(entries: entries)
    let newer = try Blocklist(
      entries: entries.dropFirst(3) + [try BlocklistEntry(parsing: "another.some-host.example")])
    let delta = Delta(from: older, to: newer)
    let change = try carried(try CompactChange(delta, from: older.entries))
    #expect(try change.delta(from: older.entries) == delta)
    #expect(change.octetCount < 50)
  }

  @Test func `metadata and approvals travel with the change`() throws {
    let files = [
      CompactUpdate.File(name: "timestamp.json", octets: octets("{\"signed\":{}}")),
      CompactUpdate.File(name: "7.targets.json", octets: octets("")),
    ]
    let update = try CompactUpdate(
      from: ListVersion(3), to: ListVersion(300), metadata: PackedMetadata(files), change: .none,
      approvals: PackedApprovals(octets("approved\n")))
    let read = try CompactUpdate(parsing: update.octets)
    #expect(read == update)
    #expect(read.from == ListVersion(3) && read.to == ListVersion(300))
    #expect(try read.metadata() == files)
    #expect(try read.approvals() == octets("approved\n"))
    #expect(read.change == .none)
  }

  @Test func `the octets are the ones that the protocol spells out`() throws {
    let older = try list("a.example", "b.example", "c.example")
    let newer = try list("a.example", "c.example", "d.test")
    let change = try CompactChange(Delta(from: older, to: newer), from: older.entries)
    let update = CompactUpdate(from: ListVersion(1), to: ListVersion(200), change: change)
    // Removal: one, k = 0, a gap of 1 in ones and a zero.
    let removals: [UInt8] = [2, 0, 3, 3, 1, 0, 0b1000_0000]
    let additions = [3, 0, 7, 7] + octets("d.test\n")
    #expect(update.octets == octets("cdu") + [1, 1, 0xC8, 1] + removals + additions)
  }

  @Test(arguments: [
    ("", 0, UpdateRefusal.notAnUpdate), ("cdv\u{1}\u{0}\u{0}", 0, .notAnUpdate),
    ("cdu\u{2}\u{0}\u{0}", 0, .notAnUpdate), ("cdu\u{1}\u{0}", 5, .incomplete),
    ("cdu\u{1}\u{2}\u{1}", 5, .notInOrder), ("cdu\u{1}\u{0}\u{1}\u{6}\u{0}\u{0}\u{0}", 6, .unknownSection),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{0}\u{1}\u{2}a\n", 7, .damaged),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{4}\u{1}\u{1}a", 7, .unknownCoding),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{2}\u{1}\u{1}a", 7, .unknownCoding),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{0}\u{0}\u{0}", 7, .empty),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{0}\u{2}\u{2}a", 10, .incomplete),
    ("cdu\u{1}\u{1}\u{1}\u{3}\u{0}\u{1}\u{1}a", 6, .notCanonical),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{0}\u{1}\u{1}a\u{2}\u{0}\u{1}\u{1}a", 11, .notInOrder),
    ("cdu\u{1}\u{0}\u{1}\u{3}\u{0}\u{1}\u{1}a\u{4}\u{0}\u{1}\u{1}a", 11, .notCanonical),
  ])
  func `a body out of form is refused with the offset`(
    _ body: String, _ offset: Int, _ refusal: UpdateRefusal
  ) {
    #expect(throws: BlocklistError.update(at: offset, refusal)) {
      try CompactUpdate(parsing: octets(body))
    }
  }

  @Test func `a number must be in its shortest form and fit`() throws {
    let body = octets("cdu") + [1]
    #expect(throws: BlocklistError.update(at: 4, .misspelledNumber)) {
      try CompactUpdate(parsing: body + [0x80, 0, 1])
    }
    let greatest = [UInt8](repeating: 0xFF, count: 9) + [1]
    #expect(try CompactUpdate(parsing: body + greatest + greatest).to == ListVersion(.max))
    #expect(throws: BlocklistError.update(at: 4, .misspelledNumber)) {
      try CompactUpdate(parsing: body + [UInt8](repeating: 0xFF, count: 9) + [2, 1])
    }
  }

  @Test func `a section from 128 on may be unknown, its packed octets are read over`() throws {
    let update = try CompactUpdate(parsing: octets("cdu") + [1, 0, 1, 128, 9, 3, 3, 1, 2, 3])
    #expect(update.change == .none)
  }

  @Test func `a body longer than the limit is refused, one at it is not`() throws {
    let body = CompactUpdate(from: .unreleased, to: ListVersion(1), change: .none).octets
    #expect(throws: Never.self) { try CompactUpdate(parsing: body, limits: UpdateLimits(octets: body.count)) }
    #expect(throws: BlocklistError.tooManyOctets(limit: body.count - 1)) {
      try CompactUpdate(parsing: body, limits: UpdateLimits(octets: body.count - 1))
    }
  }

  @Test func `what would unpack to more than the limit is refused before it is unpacked`() throws {
    let entries = try (0..<3000).map { try BlocklistEntry(parsing: "n\($0).example") }
    let list = try Blocklist(entries: entries)
    let change = try carried(CompactChange(whole: list, level: 3))
    var limits = UpdateLimits()
    limits.list.octets = 4000
    #expect(throws: BlocklistError.update(at: 0, .tooLong)) { try change.delta(from: .none, limits: limits) }
    limits.list.octets = list.octets.count
    #expect(throws: Never.self) { try change.delta(from: .none, limits: limits) }
    limits.list.changes = list.count - 1
    #expect(throws: BlocklistError.self) { try change.delta(from: .none, limits: limits) }
    limits.list.changes = list.count
    #expect(throws: Never.self) { try change.delta(from: .none, limits: limits) }
  }

  @Test func `metadata beyond its limits is refused, at them it is not`() throws {
    let files = (0..<3).map { CompactUpdate.File(name: "\($0).root.json", octets: octets("{}")) }
    let update = try CompactUpdate(
      from: .unreleased, to: .unreleased, metadata: PackedMetadata(files), change: .none)
    #expect(try update.metadata(limits: UpdateLimits(metadataOctets: 45, metadataFiles: 3)) == files)
    #expect(throws: BlocklistError.update(at: 0, .tooLong)) {
      try update.metadata(limits: UpdateLimits(metadataOctets: 44))
    }
    #expect(throws: BlocklistError.update(at: 30, .tooMany)) {
      try update.metadata(limits: UpdateLimits(metadataFiles: 2))
    }
  }

  @Test func `two files of one name, and a name with a slash, are refused`() throws {
    let twice = [
      CompactUpdate.File(name: "a", octets: [1]), CompactUpdate.File(name: "a", octets: [2]),
    ]
    for (files, offset, rule) in [
      (twice, 4, UpdateRefusal.notInOrder), ([.init(name: "../a", octets: [])], 0, .notCanonical),
      ([.init(name: "", octets: [])], 0, .notCanonical),
    ] {
      let update = try CompactUpdate(
        from: .unreleased, to: .unreleased, metadata: PackedMetadata(files), change: .none)
      #expect(throws: BlocklistError.update(at: offset, rule)) { try update.metadata() }
    }
  }

  @Test func `a removal beyond the end of the list held is refused`() throws {
    let older = try list("a.example", "b.example", "c.example")
    let change = try CompactChange(Delta(from: older, to: try list("a.example")), from: older.entries)
    #expect(try change.delta(from: older.entries).removals.count == 2)
    let shorter = try list("a.example", "b.example")
    #expect(throws: BlocklistError.self) { try change.delta(from: shorter.entries) }
  }

  @Test(
    arguments: [
      // No ranks at all; a parameter that is not the best; filled with ones; an octet too many.
      ([0, 0], 0, UpdateRefusal.empty), ([1, 1, 0b0100_0000], 1, .notCanonical),
      ([1, 0, 0b1011_1111], 2, .notCanonical), ([1, 0, 0b1000_0000, 0], 2, .notCanonical),
      ([4, 0, 0], 0, .tooMany), ([1, 0, 0xFF], 2, .noSuchEntry), ([1, 41, 0], 1, .notCanonical),
    ] as [([UInt8], Int, UpdateRefusal)])
  func `ranks out of form are refused`(_ section: [UInt8], _ offset: Int, _ refusal: UpdateRefusal) throws {
    let body = octets("cdu") + [1, 1, 2, 2, 0, UInt8(section.count), UInt8(section.count)] + section
    let older = try list("a.example", "b.example", "c.example")
    let update = try CompactUpdate(parsing: body)
    #expect(throws: BlocklistError.update(at: offset, refusal)) {
      try update.change.delta(from: older.entries)
    }
  }

  @Test(
    arguments: [
      // Subtrees: one group of `.example` with heads `ab`, `ac` (one octet shared); no hosts.
      ([1, 0, .text(".example\n"), 2, 0, 1, .text("ab\nc\n"), 0], nil),
      ([1, 0, .text(".example\n"), 2, 0, 0, .text("ab\nac\n"), 0], UpdateRefusal.notCanonical),
      ([1, 0, .text(".example\n"), 2, 0, 2, .text("ab\nc\n"), 0], nil),
      ([1, 0, .text(".example\n"), 2, 0, 3, .text("ab\nc\n"), 0], .notCanonical),
      ([1, 0, .text(".example\n"), 2, 0, 1, .text("ac\nb\n"), 0], .notInOrder),
      ([1, 0, .text(".example\n"), 0, 0], .empty),
      ([2, 0, 0, .text(".example\n.test\n"), 1, 1, 0, 0, .text("a\nb\n"), 0], nil),
      ([2, 0, 0, .text(".test\n.example\n"), 1, 1, 0, 0, .text("a\nb\n"), 0], .notInOrder),
      ([0, 0, .text("x")], .trailingOctets),
      ([9, 0], .tooMany),
    ] as [([GroupPart], UpdateRefusal?)])
  func `groups out of form are refused`(_ parts: [GroupPart], _ refusal: UpdateRefusal?) throws {
    let section = parts.flatMap(\.octets)
    let body = octets("cdu") + [1, 0, 2, 4, 0, UInt8(section.count), UInt8(section.count)] + section
    let update = try CompactUpdate(parsing: body)
    do {
      let delta = try update.change.delta(from: .none)
      #expect(refusal == nil)
      #expect(delta.additions.count == 2)
    } catch BlocklistError.update(_, let rule) {
      #expect(rule == refusal)
    }
  }

  @Test func `suffixes are spelled as their heads are read, so that what they come to is counted in time`()
    throws
  {
    // Each group's suffix is the one before and an octet in front; the last is out of order, which nobody gets to see.
    let groups = 40
    let long = "." + String(repeating: "a", count: 60) + ".example"
    var section: [UInt8] = [UInt8(groups), 0]
    section += (1..<groups).map { UInt8(long.utf8.count + $0 - 1) }
    section += octets(long + "\n" + String(repeating: "a\n", count: groups - 2) + "\n")
    section += [UInt8](repeating: 1, count: groups) + [UInt8](repeating: 0, count: groups)
    section += octets(String(repeating: "h\n", count: groups)) + [0]
    var body = octets("cdu") + [1, 0, 2, 4, 0]
    for _ in 0..<2 { body += [UInt8(section.count & 0x7F) | 0x80, UInt8(section.count >> 7)] }
    let update = try CompactUpdate(parsing: body + section)
    var limits = UpdateLimits()
    #expect(refusal(of: update, limits) == .notInOrder)
    limits.list.octets = 1000
    #expect(refusal(of: update, limits) == .tooLong)
  }

  private func refusal(of update: CompactUpdate, _ limits: UpdateLimits) -> UpdateRefusal? {
    do throws(BlocklistError) {
      _ = try update.change.delta(from: .none, limits: limits)
    } catch {
      if case .update(_, let rule) = error { return rule }
    }
    return nil
  }

  @Test func `a name misspelled in a group is refused`() throws {
    let section = [GroupPart.number(1), 0, .text(".example\n"), 1, 0, .text("UPPER\n"), 0].flatMap(\.octets)
    let body = octets("cdu") + [1, 0, 2, 4, 0, UInt8(section.count), UInt8(section.count)] + section
    #expect(throws: BlocklistError.line(1, .notCanonical)) {
      try CompactUpdate(parsing: body).change.delta(from: .none)
    }
  }

  @Test func `cut anywhere, or with any octet changed, a body is refused or means a list and never crashes`()
    throws
  {
    let older = try list("a.example", "b.example", "c.example", "n.test")
    let newer = try list("a.example", "c.example", "d.test", "e.f.example")
    let change = try CompactChange(Delta(from: older, to: newer), from: older.entries)
    let files = [CompactUpdate.File(name: "timestamp.json", octets: octets("{\"signed\":{\"version\":1}}"))]
    let whole = try CompactUpdate(
      from: ListVersion(1), to: ListVersion(2), metadata: PackedMetadata(files), change: change
    ).octets
    for length in 0..<whole.count where length > 6 {
      let part = try? CompactUpdate(parsing: Array(whole[..<length]))
      #expect(part == nil || part?.change != change)
    }
    for place in whole.indices {
      for bit in 0..<8 {
        var damaged = whole
        damaged[place] ^= 1 << UInt8(bit)
        guard let update = try? CompactUpdate(parsing: damaged) else { continue }
        _ = try? update.metadata()
        guard let delta = try? update.change.delta(from: older.entries) else { continue }
        _ = try? delta.applied(to: older)
      }
    }
  }
}

/// A piece of a section: a number or text.
enum GroupPart: ExpressibleByIntegerLiteral, Sendable {
  case number(UInt8)
  case text(String)

  init(integerLiteral value: UInt8) { self = .number(value) }

  var octets: [UInt8] {
    switch self {
    case .number(let number): [number]
    case .text(let text): Array(text.utf8)
    }
  }
}
