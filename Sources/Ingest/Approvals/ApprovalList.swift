// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// The approvals of a release as one text: a line each, ended by a line feed, sorted by octets, none twice.
///
/// It is kept as octets: a million entries have two million lines.
public struct ApprovalList: Hashable, Sendable {
  private let slab: Slab
  /// How many approvals.
  public let count: Int

  /// The name of the file in a release.
  public static let fileName = "approvals"
  /// The longest line taken, in octets.
  public static let maximumLine = 1024

  /// No approvals.
  public static let empty = ApprovalList(octets: [], count: 0)

  private init(octets: [UInt8], count: Int) {
    slab = Slab(octets)
    self.count = count
  }

  /// The text.
  public var octets: [UInt8] { slab.octets }

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
  public init(claimed octets: [UInt8]) { self.init(claimed: Slab(octets)) }

  /// Octets that are said to be a list, a file's perhaps.
  public init(claimed slab: Slab) {
    self.slab = slab
    var count = 0
    slab.forEachPiece { piece in count += piece.count { $0 == Self.lineFeed } }
    self.count = count
  }

  /// Says that the text is not needed for now: a file's leaves the memory until somebody looks again.
  public func relax() { slab.relax() }

  /// The approvals of one entry, in order.
  public func approvals(of entry: BlocklistEntry) -> [SignedApproval] {
    lines(of: entry).compactMap { SignedApproval(line: slab[$0]) }
  }

  /// The list of the approvals of these entries alone.
  public func restricted(to entries: some Sequence<BlocklistEntry>) -> ApprovalList {
    var lines: [[UInt8]] = []
    for entry in entries { lines += self.lines(of: entry).map { Array(slab[$0]) } }
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
    let octets = octets
    var merged: [UInt8] = []
    merged.reserveCapacity(octets.count + come.octets.count)
    var (old, new, next) = (0, 0, 0)
    var same = 0
    while old < octets.count || new < come.octets.count {
      if next < gone.count, old == gone[next].lowerBound {
        // What is only claimed to be a list may end without a line feed.
        old = min(octets.count, gone[next].upperBound + 1)
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
          old = min(octets.count, mine.endIndex + 1)
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
    let span = slab.span
    var start = position(of: head[...], from: 0)
    var found: [Range<Int>] = []
    while start < span.count, span.extracting(start...).starts(with: head.span) {
      var end = start
      while end < span.count, span[end] != Self.lineFeed { end += 1 }
      found.append(start..<end)
      start = end + 1
    }
    return found
  }

  /// Where the first line at `low` or after begins that does not come before `key`.
  private func position(of key: ArraySlice<UInt8>, from low: Int) -> Int {
    let span = slab.span
    var (low, high) = (low, span.count)
    while low < high {
      let middle = low + (high - low) / 2
      var start = middle
      while start > low, span[start - 1] != Self.lineFeed { start -= 1 }
      var end = middle
      while end < span.count, span[end] != Self.lineFeed { end += 1 }
      if span.extracting(start..<end).precedes(key.span) { low = end + 1 } else { high = start }
    }
    return min(low, span.count)
  }
}

extension Span<UInt8> {
  fileprivate func starts(with head: Span<UInt8>) -> Bool {
    guard count >= head.count else { return false }
    for index in 0..<head.count where self[index] != head[index] { return false }
    return true
  }

  fileprivate func precedes(_ other: Span<UInt8>) -> Bool {
    for index in 0..<Swift.min(count, other.count) where self[index] != other[index] {
      return self[index] < other[index]
    }
    return count < other.count
  }
}

/// Octets that are no list of approvals.
public struct ApprovalListError: Error, Hashable, Sendable {
  /// The first line that cannot stand there, from 1.
  public let line: Int

  /// An error at a line.
  public init(line: Int) { self.line = line }
}
