// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Cryptography

/// A list without some of its entries, of which no more is in memory than need be.
extension Blocklist {
  /// Hands over the text of this list without `hidden`, and with `more` in their places.
  ///
  /// - Parameters:
  ///   - hidden: entries of this list.
  ///   - more: entries that hidden ones cover, and no two of them each other.
  package func forEachPart(
    hiding hidden: EntryLines, showing more: EntryLines, _ take: (Slab, Range<Int>) -> Void
  ) {
    var (gone, come) = (LineCursor(hidden), LineCursor(more))
    var position = 0
    var looked = 0
    while !gone.isAtEnd || !come.isAtEnd {
      let isGone = gone.compared(to: come) < 0
      let line = isGone ? gone : come
      let place = slab.span.position(of: line.octets.span.extracting(line.text), from: position)
      if position < place.start { slab.forEachStretch(in: position..<place.start) { take(slab, $0) } }
      position = place.start
      if isGone {
        if place.isPresent { position = slab.span.lineEnd(from: place.start) + 1 }
        gone.advance()
      } else {
        take(more.slab, come.line)
        come.advance()
      }
      if position - looked > Slab.relaxedOctets {
        slab.relax(looked..<position)
        looked = position
      }
    }
    slab.forEachStretch(in: position..<slab.count) { take(slab, $0) }
  }

  /// The list whose text was handed over, and lies in `slab` now.
  /// - Parameter digest: its SHA-256.
  package func hiding(_ hidden: EntryLines, showing more: EntryLines, in slab: Slab, digest: SHA256Digest)
    -> Blocklist
  {
    Blocklist(
      proven: EntryLines(proven: slab, count: count - hidden.count + more.count), digest: digest)
  }
}
