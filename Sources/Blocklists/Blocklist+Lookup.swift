// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Blocklist {
  /// Where in `octets` an entry's line starts; nil when the list has no such entry.
  /// - Parameter line: the line without its line feed.
  package func offset(ofLine line: [UInt8]) -> Int? {
    let found = slab.span.position(of: line.span)
    return found.isPresent ? found.start : nil
  }

  /// Whether everything `entry` blocks is blocked by this list: the entry is listed, or below a listed subtree.
  package func holds(_ entry: BlocklistEntry) -> Bool {
    let line = Array(entry.text.utf8)
    return slab.span.holds(line.span) || slab.span.covers(line.span)
  }
}
