// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// The names of a list as slices of its slab, so that rendering makes no strings.
enum EntrySlices {
  private static let dot = UInt8(ascii: ".")
  private static let lineFeed = UInt8(ascii: "\n")

  /// The names of the entries in a slab.
  static func forEach<Failure>(
    in slab: Slab, _ body: (ArraySlice<UInt8>, Scope) throws(Failure) -> Void
  ) throws(Failure) {
    try slab.forEachRun { run throws(Failure) in try forEach(in: run, body) }
  }

  /// The names of entries' lines.
  static func forEach<Failure>(
    in octets: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>, Scope) throws(Failure) -> Void
  ) throws(Failure) {
    var start = octets.startIndex
    for position in octets.indices where octets[position] == lineFeed {
      if octets[start] == dot {
        try body(octets[start + 1..<position], .subtree)
      } else {
        try body(octets[start..<position], .host)
      }
      start = position + 1
    }
  }
}
