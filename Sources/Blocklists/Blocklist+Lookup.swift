// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Blocklist {
  /// Where in `octets` an entry's line starts; nil when the list has no such entry.
  /// - Parameter line: the line without its line feed.
  package func offset(ofLine line: [UInt8]) -> Int? {
    let found = slab.span.position(of: line.span)
    return found.isPresent ? found.start : nil
  }
}
