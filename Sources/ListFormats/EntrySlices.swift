// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// The names of a list as slices of its slab, so that rendering makes no strings.
enum EntrySlices {
  private static let dot = UInt8(ascii: ".")
  private static let lineFeed = UInt8(ascii: "\n")

  static func forEach(in list: Blocklist, _ body: (ArraySlice<UInt8>, Scope) -> Void) {
    forEach(in: list.octets, body)
  }

  /// The names of entries' lines.
  static func forEach(in octets: [UInt8], _ body: (ArraySlice<UInt8>, Scope) -> Void) {
    var start = 0
    for position in octets.indices where octets[position] == lineFeed {
      if octets[start] == dot {
        body(octets[start + 1..<position], .subtree)
      } else {
        body(octets[start..<position], .host)
      }
      start = position + 1
    }
  }
}
