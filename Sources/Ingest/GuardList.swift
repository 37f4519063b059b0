// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Names

/// Guarded names, searchable from above and below. A million of them take some 20 MB.
public struct GuardList: Sendable {
  /// No guard at all.
  public static let empty = GuardList(slab: GuardSlab())

  /// How many names are guarded.
  public var count: Int { slab.count }

  private let slab: GuardSlab
  private let filterBox = GuardFilterBox()

  /// Tells at once which lines no guard can concern.
  var filter: GuardFilter { filterBox.filter(of: slab) }

  init(slab: GuardSlab) {
    self.slab = slab
  }

  /// The list of `entries`; where a name is given twice, the firmer level counts.
  public init(_ entries: some Sequence<GuardEntry>) {
    var builder = GuardSlabBuilder()
    for entry in entries { builder.add(entry.name, entry.level) }
    self.init(slab: builder.slab())
  }

  /// Those of both lists; of a name in both, the firmer level.
  public func merging(_ other: GuardList) -> GuardList {
    if count == 0 { return other }
    return other.count == 0 ? self : GuardList(slab: slab.merging(other.slab))
  }

  /// What the list says of `entry`, and which names it would hit.
  public func verdict(on entry: BlocklistEntry) -> GuardVerdict {
    guard count > 0, filter.concerns(entry.name.text.utf8.span, isSubtree: entry.scope == .subtree) else {
      return .clear
    }
    let above = indices(atOrAbove: entry.name)
    let below = entry.scope == .subtree ? indices(below: entry.name) : 0..<0
    for level in [GuardLevel.never, .narrow] {
      let covering = above.first { slab.levels[$0] == level }
      let hit = below.lazy.filter { slab.levels[$0] == level }
      let total = hit.count
      guard covering != nil || total > 0 else { continue }
      let told = GuardHit(
        covering: covering.flatMap { slab.name($0) },
        below: hit.prefix(GuardHit.told).compactMap { slab.name($0) },
        belowCount: total)
      return level == .never ? .never(told) : .narrow(told)
    }
    return .clear
  }

  /// Whether an entry that was listed may come back: nothing guarded firmly is hit, and a narrow guard by a host alone.
  public func lets(back entry: BlocklistEntry) -> Bool {
    switch verdict(on: entry) {
    case .clear: true
    case .narrow: entry.scope == .host
    case .never: false
    }
  }

  // The nearest first.
  private func indices(atOrAbove name: DomainName) -> [Int] {
    var found: [Int] = []
    var key = GuardSlabBuilder.reversed(name)[...]
    while !key.isEmpty {
      if let index = slab.index(of: Array(key)) { found.append(index) }
      key = key[..<(key.lastIndex(of: GuardSlab.separator) ?? key.startIndex)]
    }
    return found
  }

  private func indices(below name: DomainName) -> Range<Int> {
    let key = GuardSlabBuilder.reversed(name)
    let start = slab.lowerBound(key + [GuardSlab.separator])
    return start..<slab.lowerBound(key + [GuardSlab.separator + 1])
  }
}
