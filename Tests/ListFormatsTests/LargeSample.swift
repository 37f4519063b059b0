// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import ListFormats
import Names

/// A large list of reserved names, made from a seed: both scopes, A-labels, names beside and below each other.
struct LargeSample {
  /// How many entries: `CORDON_EXACT_NAMES`, 5,000 for the whole test.
  static let count = ProcessInfo.processInfo.environment["CORDON_EXACT_NAMES"].flatMap { Int($0) } ?? 600

  let list: Blocklist
  /// What is to be open below some of its subtrees, or at them: hosts, near and deep, and names with all below them.
  let allowed: [BlocklistEntry]
  /// Names at, above, below and beside every entry.
  let probes: [String]

  private static let labels = [
    "bad", "cdn", "www", "m", "xn--bcher-kva", "xn--strae-oqa", "xn--80ak6aa92e", "xn--fiqs8s", "a-b", "x1",
    "9gag",
    "img", "xn--nxasmq6b", "-h", "t-",
  ]
  private static let zones = [
    "example", "example.com", "example.net", "example.org", "xn--bcher-kva.example",
  ]

  init(count: Int = LargeSample.count) throws {
    var generator = SeededGenerator(state: 0x5EED)
    var entries: Set<BlocklistEntry> = []
    while entries.count < count * 5 / 4 {
      var name = Self.zones[Int.random(in: 0..<Self.zones.count, using: &generator)]
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        var label = Self.labels[Int.random(in: 0..<Self.labels.count, using: &generator)]
        if !label.hasPrefix("xn--"), Bool.random(using: &generator) {
          label = "n\(Int.random(in: 0..<count * 4, using: &generator))\(label)"
        }
        name = label + "." + name
      }
      guard let domain = try? DomainName(canonical: name) else { continue }
      entries.insert(BlocklistEntry(name: domain, scope: Bool.random(using: &generator) ? .subtree : .host))
    }
    list = try Blocklist(entries: Array(entries).sorted().shuffled(using: &generator).prefix(count))
    var probes: Set<String> = []
    for entry in list {
      let name = entry.name.text
      probes.formUnion([name, "below." + name, "deep.below." + name, "x" + name, name + ".example"])
      if let parent = entry.name.parent?.text { probes.formUnion([parent, "beside." + parent]) }
    }
    var allowed: Set<BlocklistEntry> = []
    for (index, entry) in list.enumerated() where index % 20 == 10 && entry.scope == .subtree {
      let name = entry.name.text
      let names = [
        ("host.\(name)", Scope.host), ("deep.mid.near.\(name)", .host), ("all.\(name)", .subtree),
        (name, .host),
      ]
      let (open, scope) = names[index / 20 % names.count]
      guard let domain = try? DomainName(canonical: open) else { continue }
      allowed.insert(BlocklistEntry(name: domain, scope: scope))
      for start in [open, "mid.near." + name, "near." + name] {
        probes.formUnion([start, "below." + start, "deep.below." + start, "x" + start])
      }
    }
    self.allowed = allowed.sorted()
    self.probes = probes.filter { $0.utf8.count < 200 && (try? DomainName(canonical: $0)) != nil }.sorted()
  }
}

extension LargeSample {
  /// What a resolver with a format's file blocks.
  func blocks(_ name: DomainName, by format: ListFormat) -> Bool {
    list.covers(name)
      && !allowed.contains { entry in
        entry.name == name
          || (entry.scope == .subtree || !format.exceptsHosts) && name.isSubdomain(of: entry.name)
      }
  }

  /// The list as it is written, without the subtrees whose own name is open.
  func written() throws -> Blocklist {
    try Blocklist(
      entries: list.filter { entry in entry.scope == .host || !allowed.contains { $0.name == entry.name } })
  }
}

/// SplitMix64: the same numbers every time.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
