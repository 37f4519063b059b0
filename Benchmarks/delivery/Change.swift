// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Glibc

/// Two lists of which one follows the other, and the least that telling the difference takes.
struct Change {
  let older: Blocklist
  let newer: Blocklist
  let delta: Delta
  /// Octets: the ranks of the removals as a set, and the additions as a set, drawn as they were.
  let bound: Double

  /// A list of `size` lines; `changes` of them changed, three of five by addition.
  init(size: Int, changes: Int, seed: UInt64 = 1) throws {
    var names = MadeUpNames(seed: seed)
    var known: Set<String> = []
    known.reserveCapacity(size)
    var lines: [String] = []
    func fresh() -> (text: String, bits: Double) {
      while true {
        let line = names.line()
        let name = line.text.hasPrefix(".") ? String(line.text.dropFirst()) : line.text
        if known.insert(name).inserted { return line }
      }
    }
    for _ in 0..<size { lines.append(fresh().text) }
    let additions = changes * 3 / 5
    let removals = changes - additions
    older = try Blocklist(entries: lines.map { try BlocklistEntry(parsing: $0) })
    var gone: Set<Int> = []
    while gone.count < removals { gone.insert(names.draw(lines.count)) }
    var kept = lines.indices.filter { !gone.contains($0) }.map { lines[$0] }
    var bits = 0.0
    for _ in 0..<additions {
      let line = fresh()
      kept.append(line.text)
      bits += line.bits
    }
    newer = try Blocklist(entries: kept.map { try BlocklistEntry(parsing: $0) })
    delta = Delta(from: older, to: newer)
    bits -= lgamma(Double(delta.additions.count) + 1) / log(2)
    let (all, out) = (Double(older.count), Double(delta.removals.count))
    bits += (lgamma(all + 1) - lgamma(out + 1) - lgamma(all - out + 1)) / log(2)
    bound = bits / 8
  }
}
