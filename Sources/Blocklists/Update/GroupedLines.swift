// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Many lines, grouped by what follows their first label: the form a full list is sent in.
///
/// Subtree entries, then host entries, each as one part: the number of groups; of each group how many octets at the end of its suffix are
/// those of the suffix before, and the rest of it; of each group how many heads it has; of each head how many octets at its
/// beginning are those of the head before in its group, and the rest of it. The columns stand one after the other, since like packs well
/// with like. Groups ascend by their suffix read backwards, heads as their lines do.
enum GroupedLines {
  static func encode(_ lines: EntryLines) -> [UInt8] {
    let split = lines.slab.span.subtreeRange
    let octets = lines.octets
    var grouped: [UInt8] = []
    GroupedPart(octets[split]).write(to: &grouped)
    GroupedPart(octets[..<split.lowerBound], octets[split.upperBound...]).write(to: &grouped)
    return grouped
  }

  /// The lines spelled by `grouped`, in their own order.
  ///
  /// - Parameters:
  ///   - lines: the most lines.
  ///   - octets: the most octets of the lines together.
  static func decode(_ grouped: [UInt8], lines: Int, octets: Int) throws(BlocklistError) -> EntryLines {
    var sorter = LineSorter()
    let count = try decode(grouped, lines: lines, octets: octets, into: &sorter)
    var slab: [UInt8] = []
    try sorter.forEachRun { slab.append(contentsOf: $0) }
    guard try slab.span.checkLines(limit: lines) == count else { throw .update(at: 0, .notCanonical) }
    return EntryLines(proven: slab, count: count)
  }

  /// Hands the lines spelled by `grouped` to a sorter.
  ///
  /// - Returns: how many they are.
  static func decode(_ grouped: [UInt8], lines: Int, octets: Int, into sorter: inout LineSorter)
    throws(BlocklistError) -> Int
  {
    var reader = OctetReader(grouped[...])
    var decoder = GroupDecoder(lines: lines, octets: octets)
    try decoder.readPart(&reader, &sorter, isSubtree: true)
    try decoder.readPart(&reader, &sorter, isSubtree: false)
    guard reader.isAtEnd else { throw reader.refusal(.trailingOctets) }
    return decoder.count
  }
}

/// The lines of one scope by their suffixes.
private struct GroupedPart {
  private struct Group {
    let suffix: ArraySlice<UInt8>
    var heads: [ArraySlice<UInt8>] = []
  }

  private var groups: [Group] = []

  init(_ runs: ArraySlice<UInt8>...) {
    var places: [ArraySlice<UInt8>: Int] = [:]
    for run in runs {
      var start = run.startIndex
      while start < run.endIndex {
        // Subtree lines begin with a dot that is no part of the name.
        let name = run[start] == Octet.dot ? start + 1 : start
        var dot = name
        while run[dot] != Octet.dot, run[dot] != Octet.lineFeed { dot += 1 }
        var end = dot
        while run[end] != Octet.lineFeed { end += 1 }
        let place = places[run[dot..<end]] ?? groups.count
        if place == groups.count {
          places[run[dot..<end]] = place
          groups.append(Group(suffix: run[dot..<end]))
        }
        groups[place].heads.append(run[name..<dot])
        start = end + 1
      }
    }
    groups.sort { $0.suffix.reversed().lexicographicallyPrecedes($1.suffix.reversed()) }
  }

  func write(to octets: inout [UInt8]) {
    octets.append(number: UInt64(groups.count))
    var before: ArraySlice<UInt8> = []
    var rests: [UInt8] = []
    for group in groups {
      let shared = zip(before.reversed(), group.suffix.reversed()).prefix { $0 == $1 }.count
      octets.append(number: UInt64(shared))
      rests += group.suffix.dropLast(shared) + [Octet.lineFeed]
      before = group.suffix
    }
    octets += rests
    for group in groups { octets.append(number: UInt64(group.heads.count)) }
    rests = []
    for group in groups {
      before = []
      for head in group.heads {
        var shared = 0
        let most = min(before.count, head.count)
        while shared < most, before[before.startIndex + shared] == head[head.startIndex + shared] {
          shared += 1
        }
        octets.append(number: UInt64(shared))
        rests.append(contentsOf: head.dropFirst(shared))
        rests.append(Octet.lineFeed)
        before = head
      }
    }
    octets += rests
  }
}

private struct GroupDecoder {
  private let maximumLines: Int
  private let maximumOctets: Int
  private var octets = 0
  private(set) var count = 0

  init(lines: Int, octets: Int) {
    maximumLines = lines
    maximumOctets = octets
  }

  /// Reads a part, each suffix when its heads are due: a column of a few octets may spell suffixes of hundreds of megabytes.
  mutating func readPart(_ reader: inout OctetReader, _ sorter: inout LineSorter, isSubtree: Bool)
    throws(BlocklistError)
  {
    let groups = try reader.number(upTo: maximumLines - count, .tooMany)
    // Each suffix takes two octets at least, and each group a count and a head.
    guard groups <= reader.left / 5 else { throw reader.refusal(.tooMany) }
    var suffixes = SuffixReader(reader)
    for _ in 0..<groups { _ = try reader.number() }
    suffixes.rests = reader
    for _ in 0..<groups { _ = try reader.line() }
    var counts = reader
    var total = 0
    for _ in 0..<groups {
      let heads = try reader.number(upTo: maximumLines - count - total, .tooMany)
      guard heads > 0 else { throw reader.refusal(.empty) }
      total += heads
    }
    // Each head takes two octets at least.
    guard total <= reader.left / 2 else { throw reader.refusal(.tooMany) }
    var shared = reader
    for _ in 0..<total { _ = try reader.number() }
    for _ in 0..<groups {
      let heads = Int(clamping: try counts.number())
      let suffix = try suffixes.next()
      try readHeads(heads, suffix, &shared, &reader, &sorter, isSubtree: isSubtree)
    }
    count += total
  }

  private mutating func readHeads(
    _ heads: Int, _ suffix: [UInt8], _ shared: inout OctetReader, _ reader: inout OctetReader,
    _ sorter: inout LineSorter, isSubtree: Bool
  ) throws(BlocklistError) {
    let dot = isSubtree ? 1 : 0
    // The line before; its octets from the dot to the suffix are the head before.
    var before: [UInt8] = []
    var line: [UInt8] = []
    for index in 0..<heads {
      let known = index == 0 ? 0 : before.count - 1 - suffix.count - dot
      let kept = try shared.number(upTo: known, .notCanonical)
      let rest = try reader.line()
      guard kept + rest.count + suffix.count <= LineGrammar.maximumLength,
        octets + kept + rest.count + suffix.count + dot + 1 <= maximumOctets
      else { throw reader.refusal(.tooLong) }
      if kept < known, let first = rest.first, before[dot + kept] == first {
        throw reader.refusal(.notCanonical)
      }
      line.removeAll(keepingCapacity: true)
      if isSubtree { line.append(Octet.dot) }
      line.append(contentsOf: before[min(dot, before.count)..<min(dot, before.count) + kept])
      line.append(contentsOf: rest)
      line.append(contentsOf: suffix)
      line.append(Octet.lineFeed)
      if index > 0, before.span.compared(to: line.span) >= 0 { throw reader.refusal(.notInOrder) }
      sorter.append(line)
      octets += line.count
      swap(&before, &line)
    }
  }
}

/// Spells one suffix after the other from two columns: how many octets at the end are those of the suffix before, and the rest.
private struct SuffixReader {
  private var shared: OctetReader
  /// Where the rests begin.
  var rests: OctetReader
  private var suffix: [UInt8] = []
  private var isFirst = true

  /// - Parameter reader: at the first of the two columns.
  init(_ reader: OctetReader) { (shared, rests) = (reader, reader) }

  mutating func next() throws(BlocklistError) -> [UInt8] {
    let kept = try shared.number(upTo: suffix.count, .notCanonical)
    let rest = try rests.line()
    guard rest.count + kept <= LineGrammar.maximumLength else { throw rests.refusal(.tooLong) }
    // Backwards it must sort behind the one before, which also says that no shared octet was spelled out.
    if !isFirst {
      let old = suffix.dropLast(kept).last
      guard let new = rest.last, old.map({ $0 < new }) ?? true else { throw rests.refusal(.notInOrder) }
    }
    isFirst = false
    suffix.replaceSubrange(..<(suffix.count - kept), with: rest)
    return suffix
  }
}
