// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc

/// Draws names below reserved domains that pack about as badly as those PERFORMANCE speaks of, and knows how unlikely each was: the sum
/// over a change is the least that any coding could need which knows all of this but not the draw.
struct MadeUpNames {
  private var state: UInt64
  /// Bits of the draws since `begin`.
  private var bits = 0.0
  private var words: [String] = []
  private var hosts: [String] = []
  private var weights: [Double] = []

  private static let consonants = Array("bcdfghjklmnprstvwz")
  private static let vowels = Array("aeiou")
  private static let characters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
  private static let tops =
    [String](repeating: "example", count: 5) + [String](repeating: "test", count: 3)
    + [String](repeating: "invalid", count: 2)

  init(seed: UInt64) {
    state = seed
    for _ in 0..<2000 {
      var word = ""
      for _ in 0..<2 {
        word += syllable()
        if draw(2) == 0 { word.append(pick(Array("nrlst"))) }
      }
      words.append(word)
    }
    for rank in 0..<3000 {
      let second = draw(2) == 0 ? pick(words) : ""
      let first = pick(words) + pick(["-", "", "s", "cdn", "-net"])
      let top = draw(7) == 0 ? pick(["example.com", "example.net", "example.org"]) : pick(Self.tops)
      let label = first + second
      hosts.append("." + (label.hasSuffix("-") ? String(label.dropLast()) : label) + "." + top)
      weights.append((weights.last ?? 0) + 1 / Double(rank + 2))
    }
  }

  /// A line of a list, and the bits that it took to draw it.
  mutating func line() -> (text: String, bits: Double) {
    bits = 0
    let isSubtree = choose(0.8)
    var head: String
    switch draw(20) {
    case 0..<8: head = "\(pick(words))-\(pick(words))\(draw(100))"
    case 8..<12: head = pick(words) + pick(words)
    case 12..<15:
      head = ""
      for _ in 0..<6 + draw(3) { head.append(pick(Self.characters)) }
    default: head = syllable() + syllable() + syllable() + String(draw(10))
    }
    let suffix = choose(0.75) ? host() : "." + pick(Self.tops)
    return ((isSubtree ? "." : "") + head + suffix, bits)
  }

  private mutating func host() -> String {
    let total = weights[weights.count - 1]
    let point = Double(next() >> 11) / Double(1 << 53) * total
    var (low, high) = (0, weights.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if weights[middle] > point { high = middle } else { low = middle + 1 }
    }
    bits -= log2((weights[low] - (low > 0 ? weights[low - 1] : 0)) / total)
    return hosts[low]
  }

  private mutating func syllable() -> String { String([pick(Self.consonants), pick(Self.vowels)]) }

  private mutating func pick<Value>(_ values: [Value]) -> Value { values[draw(values.count)] }

  private mutating func choose(_ probability: Double) -> Bool {
    let isChosen = Double(next() >> 11) / Double(1 << 53) < probability
    bits -= log2(isChosen ? probability : 1 - probability)
    return isChosen
  }

  /// A number below `limit`, each as likely.
  mutating func draw(_ limit: Int) -> Int {
    bits += log2(Double(limit))
    return Int(next() % UInt64(limit))
  }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
