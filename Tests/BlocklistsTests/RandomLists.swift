// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Names

/// A reproducible source of lists over few labels, so that covers, repeats and near misses abound.
struct RandomLists {
  private var generator: SplitMix

  init(seed: UInt64) { generator = SplitMix(state: seed) }

  mutating func entries(_ count: Int) throws -> [BlocklistEntry] {
    var entries: [BlocklistEntry] = []
    for _ in 0..<count { entries.append(try entry()) }
    return entries
  }

  mutating func number(below limit: Int) -> Int { Int(generator.next() % UInt64(limit)) }

  private mutating func entry() throws -> BlocklistEntry {
    let words = ["a", "b", "ab", "a-b", "b0", "-h", "h-", "long-label-of-many-octets", "zz"]
    var labels: [String] = []
    for _ in 0...number(below: 4) { labels.append(words[number(below: words.count)]) }
    labels.append(number(below: 2) == 0 ? "example" : "test")
    let name = try DomainName(canonical: labels.joined(separator: "."))
    return BlocklistEntry(name: name, scope: number(below: 3) == 0 ? .subtree : .host)
  }
}

private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

/// What a canonical list must be, said the slow and obvious way.
func model(of entries: [BlocklistEntry]) -> [String] {
  let subtrees = Set(entries.filter { $0.scope == .subtree }.map(\.name))
  let kept = entries.filter { entry in
    var above = entry.scope == .host ? entry.name : entry.name.parent
    while let name = above {
      if subtrees.contains(name) { return false }
      above = name.parent
    }
    return true
  }
  return Set(kept.map(\.text)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

func list(_ lines: String...) throws -> Blocklist {
  try Blocklist(entries: lines.map { line in try BlocklistEntry(parsing: line) })
}
