// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// The approvals of a release as one text: a line each, ended by a line feed, sorted by octets, none twice.
///
/// It is kept as octets: a million entries have two million lines.
public struct ApprovalList: Hashable, Sendable {
  /// The text.
  public let octets: [UInt8]
  /// How many approvals.
  public let count: Int

  /// The name of the file in a release.
  public static let fileName = "approvals"
  /// The longest line taken, in octets.
  public static let maximumLine = 1024

  /// No approvals.
  public static let empty = ApprovalList(octets: [], count: 0)

  private init(octets: [UInt8], count: Int) {
    self.octets = octets
    self.count = count
  }

  /// The list of these.
  public init(_ approvals: some Sequence<SignedApproval>) {
    self.init(lines: approvals.map { Array($0.line.utf8) })
  }

  private init(lines: [[UInt8]]) {
    var octets: [UInt8] = []
    var count = 0
    var last: [UInt8] = []
    for line in lines.sorted(by: { $0.lexicographicallyPrecedes($1) }) where line != last {
      octets += line
      octets.append(Self.lineFeed)
      count += 1
      last = line
    }
    self.init(octets: octets, count: count)
  }

  /// The list that `octets` spell, each line in form and in order.
  ///
  /// - Throws: `ApprovalListError` with the number of the first line that cannot stand there.
  public init(parsing octets: [UInt8]) throws(ApprovalListError) {
    var number = 0
    var last: ArraySlice<UInt8> = []
    var start = 0
    while start < octets.count {
      number += 1
      guard let end = octets[start...].firstIndex(of: Self.lineFeed), end - start <= Self.maximumLine else {
        throw ApprovalListError(line: number)
      }
      let line = octets[start..<end]
      guard SignedApproval(line: line) != nil, last.isEmpty || last.lexicographicallyPrecedes(line) else {
        throw ApprovalListError(line: number)
      }
      last = line
      start = end + 1
    }
    self.init(octets: octets, count: number)
  }

  /// Octets that are said to be a list. Nothing is checked: what is not in form or order is not found.
  public init(claimed octets: [UInt8]) {
    self.init(octets: octets, count: octets.count { $0 == Self.lineFeed })
  }

  /// The approvals of one entry, in order.
  public func approvals(of entry: BlocklistEntry) -> [SignedApproval] {
    lines(of: entry).compactMap { SignedApproval(line: octets[$0]) }
  }

  /// The list of the approvals of these entries alone.
  public func restricted(to entries: some Sequence<BlocklistEntry>) -> ApprovalList {
    var lines: [[UInt8]] = []
    for entry in entries { lines += self.lines(of: entry).map { Array(octets[$0]) } }
    return ApprovalList(lines: lines)
  }

  /// The list with the approvals of `entries` replaced by `approvals`.
  public func replacing(
    _ entries: some Sequence<BlocklistEntry>, by approvals: some Sequence<SignedApproval>
  ) -> ApprovalList {
    var gone = entries.flatMap { self.lines(of: $0) }
    gone.sort { $0.lowerBound < $1.lowerBound }
    let come = ApprovalList(approvals)
    guard !gone.isEmpty || come.count > 0 else { return self }
    var merged: [UInt8] = []
    merged.reserveCapacity(octets.count + come.octets.count)
    var (old, new, next) = (0, 0, 0)
    var same = 0
    while old < octets.count || new < come.octets.count {
      if next < gone.count, old == gone[next].lowerBound {
        old = gone[next].upperBound + 1
        next += 1
        continue
      }
      let mine = octets[old...].prefix { $0 != Self.lineFeed }
      let theirs = come.octets[new...].prefix { $0 != Self.lineFeed }
      let takesMine =
        new >= come.octets.count || (old < octets.count && mine.lexicographicallyPrecedes(theirs))
      if takesMine {
        // As far as nothing comes or goes, in one piece.
        let end = min(
          next < gone.count ? gone[next].lowerBound : octets.count,
          new < come.octets.count ? position(of: theirs, from: old) : octets.count)
        merged += octets[old..<end]
        old = end
      } else {
        if old < octets.count, mine == theirs {
          old = mine.endIndex + 1
          same += 1
        }
        merged += theirs
        merged.append(Self.lineFeed)
        new = theirs.endIndex + 1
      }
    }
    return ApprovalList(octets: merged, count: count - gone.count + come.count - same)
  }

  // MARK: Finding lines

  private static let lineFeed = UInt8(ascii: "\n")
  private static let blank = UInt8(ascii: " ")

  /// The ranges of an entry's lines, without their line feeds. They stand together: a blank sorts before any octet of a name.
  private func lines(of entry: BlocklistEntry) -> [Range<Int>] {
    let head = Array(entry.text.utf8) + [Self.blank]
    var start = position(of: head[...], from: 0)
    var found: [Range<Int>] = []
    while start < octets.count, octets[start...].starts(with: head) {
      let end = octets[start...].firstIndex(of: Self.lineFeed) ?? octets.count
      found.append(start..<end)
      start = end + 1
    }
    return found
  }

  /// Where the first line at `low` or after begins that does not come before `key`.
  private func position(of key: ArraySlice<UInt8>, from low: Int) -> Int {
    var (low, high) = (low, octets.count)
    while low < high {
      let middle = low + (high - low) / 2
      let start = octets[low..<middle].lastIndex(of: Self.lineFeed).map { $0 + 1 } ?? low
      let line = octets[start...].prefix { $0 != Self.lineFeed }
      if line.lexicographicallyPrecedes(key) { low = line.endIndex + 1 } else { high = start }
    }
    return min(low, octets.count)
  }
}

/// Octets that are no list of approvals.
public struct ApprovalListError: Error, Hashable, Sendable {
  /// The first line that cannot stand there, from 1.
  public let line: Int

  /// An error at a line.
  public init(line: Int) { self.line = line }
}
