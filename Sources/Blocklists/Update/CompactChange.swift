// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Compression

/// The change from one list to another as it travels in an update body: the smallest form found.
public struct CompactChange: Hashable, Sendable {
  let sections: [UpdateSection]

  /// How many octets it takes in an update body.
  public var octetCount: Int {
    var octets: [UInt8] = []
    for section in sections { section.write(to: &octets) }
    return octets.count
  }

  /// Lines removed, and octets of what is added, up to which a change is modest.
  static let (modestRemovals, modestAdditions) = (75_000, 2 << 20)

  /// Whether few enough lines change to have all of them in memory, by what the sections say of themselves.
  var isModest: Bool {
    sections.allSatisfy { section in
      switch section.kind {
      case .removals:
        var reader = OctetReader(section.packed)
        return (try? reader.number(upTo: Self.modestRemovals, .tooMany)) != nil
      case .additions, .groups: return section.length <= Self.modestAdditions
      case .metadata, .approvals: return true
      }
    }
  }

  /// No change.
  public static let none = CompactChange(sections: [])

  init(sections: [UpdateSection]) { self.sections = sections }

  /// `delta`, which leads away from `older`.
  ///
  /// - Parameter level: Zstandard's, 1 (quick) to 19 (small).
  /// - Throws: `removesAbsentEntry`; `update` with `damaged` when the library fails.
  public init(_ delta: Delta, from older: EntryLines, level: Int32 = 19)
    throws(BlocklistError)
  {
    let ranks = delta.removals.isEmpty ? nil : RankCoding.encode(try older.ranks(of: delta.removals))
    do throws(CompressionError) {
      var sections: [UpdateSection] = []
      if let ranks { sections.append(try UpdateSection(.removals, ranks, .stored, level: level)) }
      if !delta.additions.isEmpty { sections.append(try Self.additions(delta.additions, to: older, level)) }
      self.init(sections: sections)
    } catch { throw .update(at: 0, .damaged) }
  }

  /// A whole list, as the change from the empty one.
  ///
  /// - Throws: `update` with `damaged` when the library fails.
  public init(whole list: Blocklist, level: Int32) throws(BlocklistError) {
    try self.init(Delta(proven: .none, list.entries), from: .none, level: level)
  }

  /// Grouping pays when there is much to group; few names are better told by what is listed already.
  private static func additions(_ lines: EntryLines, to older: EntryLines, _ level: Int32)
    throws(CompressionError) -> UpdateSection
  {
    if lines.count > Self.maximumTried {
      return try UpdateSection(.groups, GroupedLines.encode(lines), .zstd, level: level)
    }
    let sample = ListSample.prefix(of: older)
    let forms = [
      try UpdateSection(.additions, lines.octets, .listSample, sample: sample, level: level),
      try UpdateSection(.groups, GroupedLines.encode(lines), .zstd, level: level),
    ]
    return forms[0].packed.count <= forms[1].packed.count ? forms[0] : forms[1]
  }

  /// Additions up to which both forms are tried.
  private static let maximumTried = 50_000
}

extension CompactChange {
  /// What the sections say, for the list they lead away from.
  ///
  /// - Throws: `update` with the offset in the section, `line` for an addition out of form, `tooManyEntries`.
  public func delta(from older: EntryLines, limits: UpdateLimits = UpdateLimits()) throws(BlocklistError)
    -> Delta
  {
    try delta(from: older, in: nil, limits)
  }

  /// The same for a list, whose blocks spare looking at all of it where they are known.
  ///
  /// - Throws: as above.
  public func delta(from older: Blocklist, limits: UpdateLimits = UpdateLimits()) throws(BlocklistError)
    -> Delta
  {
    try delta(from: older.entries, in: older.blocks, limits)
  }

  private func delta(from older: EntryLines, in blocks: ListBlocks?, _ limits: UpdateLimits)
    throws(BlocklistError) -> Delta
  {
    var (removals, additions) = (EntryLines.none, EntryLines.none)
    for section in sections {
      switch section.kind {
      case .removals:
        let ranks = try RankCoding.decode(
          try section.content(limit: limits.octets)[...], below: older.count, limit: limits.list.changes)
        removals = older.lines(ranked: ranks, in: blocks)
      case .additions:
        let octets = try section.content(limit: limits.list.octets) {
          ListSample.prefix(of: older, in: blocks)
        }
        let count = try octets.span.checkLines(limit: limits.list.changes)
        additions = EntryLines(proven: octets, count: count)
      case .groups:
        // Columns of numbers come beside the octets of the lines.
        let grouped = try section.content(limit: limits.list.octets)
        additions = try GroupedLines.decode(grouped, lines: limits.list.changes, octets: limits.list.octets)
      case .metadata, .approvals: break
      }
    }
    let delta = Delta(proven: removals, additions)
    try delta.checkDisjoint()
    return delta
  }
}

extension CompactChange {
  /// Hands over a whole list run by run, for a change that leads away from nothing: `delta(from:)` of it with little in memory.
  /// Whether what came is a list, `Blocklist(parsing:)` tells.
  ///
  /// - Parameter spool: for what comes out of order.
  /// - Throws: as `delta(from:)` does.
  public func whole(
    limits: UpdateLimits = UpdateLimits(), spool: any LineSpool, _ take: (ArraySlice<UInt8>) -> Void
  ) throws(BlocklistError) {
    for section in sections {
      switch section.kind {
      case .removals: throw .removesAbsentEntry(1)
      case .additions: take(try section.content(limit: limits.list.octets)[...])
      case .groups:
        var sorter = LineSorter(spool: spool)
        let grouped = try section.content(limit: limits.list.octets)
        _ = try GroupedLines.decode(
          grouped, lines: limits.list.changes, octets: limits.list.octets, into: &sorter)
        try sorter.forEachRun(take)
      case .metadata, .approvals: break
      }
    }
  }
}

extension Delta {
  /// The change that undoes this one.
  public var reversed: Delta { Delta(proven: additions, removals) }

  /// - Throws: `addsPresentEntry` for an entry both removed and added.
  fileprivate func checkDisjoint() throws(BlocklistError) {
    var removal = LineCursor(removals)
    var addition = LineCursor(additions)
    var number = 1
    while !removal.isAtEnd, !addition.isAtEnd {
      let order = removal.compared(to: addition)
      guard order != 0 else { throw .addsPresentEntry(number) }
      if order < 0 {
        removal.advance()
      } else {
        addition.advance()
        number += 1
      }
    }
  }
}
