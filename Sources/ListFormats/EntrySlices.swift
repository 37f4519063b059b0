// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// The names of a list as slices of its slab, so that rendering makes no strings.
enum EntrySlices {
  private static let dot = UInt8(ascii: ".")
  private static let lineFeed = UInt8(ascii: "\n")

  /// The names of the entries in a slab, to be kept.
  static func forEachSlice<Failure>(
    in slab: Slab, _ body: (ArraySlice<UInt8>, Scope) throws(Failure) -> Void
  ) throws(Failure) {
    try slab.forEachRun { run throws(Failure) in
      try forEachRange(in: run.span) { name, scope throws(Failure) in
        try body(run[run.startIndex + name.lowerBound..<run.startIndex + name.upperBound], scope)
      }
    }
  }

  /// Where the names of entries' lines are, counted from the first octet.
  @inline(__always)
  static func forEachRange<Failure>(
    in octets: Span<UInt8>, _ body: (Range<Int>, Scope) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    for position in octets.indices where octets[position] == lineFeed {
      let scope: Scope = octets[start] == dot ? .subtree : .host
      try body((scope == .subtree ? start + 1 : start)..<position, scope)
      start = position + 1
    }
  }
}
