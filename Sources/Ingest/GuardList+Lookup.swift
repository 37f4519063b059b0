// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Names

/// Guarded names, searchable from above and below.
public struct GuardList: Sendable {
  /// No guard at all.
  public static let empty = GuardList([])

  /// How many names are guarded.
  public var count: Int { keys.count }

  // Sorted by the labels from the top level down, so that all names below one stand together.
  private let keys: [Key]

  /// The list of `entries`; where a name is given twice, the firmer level counts.
  public init(_ entries: some Sequence<GuardEntry>) {
    let sorted = entries.map { Key(reversed: Self.reversed($0.name), name: $0.name, level: $0.level) }
      .sorted(by: Self.before)
    var unique: [Key] = []
    unique.reserveCapacity(sorted.count)
    for key in sorted where unique.last?.name != key.name { unique.append(key) }
    self.keys = unique
  }

  /// What the list says of `entry`, with at most five of the names hit.
  public func verdict(on entry: BlocklistEntry) -> GuardVerdict {
    guard !keys.isEmpty else { return .clear }
    var hits: [Key] = []
    var name: DomainName? = entry.name
    while let current = name {
      let reversed = Self.reversed(current)
      let index = lowerBound(reversed)
      if index < keys.count, keys[index].reversed == reversed { hits.append(keys[index]) }
      name = current.parent
    }
    if entry.scope == .subtree { hits += below(entry.name) }
    guard !hits.isEmpty else { return .clear }
    let never = hits.filter { $0.level == .never }
    return never.isEmpty ? .narrow(hits.prefix(5).map(\.name)) : .never(never.prefix(5).map(\.name))
  }

  private func below(_ name: DomainName) -> ArraySlice<Key> {
    let prefix = Self.reversed(name) + [Self.separator]
    let start = lowerBound(prefix)
    return keys[start...].prefix { $0.reversed.starts(with: prefix) }
  }

  private func lowerBound(_ wanted: [UInt8]) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle].reversed.lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private struct Key: Sendable {
    let reversed: [UInt8]
    let name: DomainName
    let level: GuardLevel
  }

  // Below every octet of a label, so that a name's descendants follow it directly.
  private static let separator: UInt8 = 0

  private static func before(_ left: Key, _ right: Key) -> Bool {
    if left.reversed == right.reversed { return left.level == .never && right.level != .never }
    return left.reversed.lexicographicallyPrecedes(right.reversed)
  }

  private static func reversed(_ name: DomainName) -> [UInt8] {
    Array(name.labels.reversed().map { Array($0.utf8) }.joined(separator: [separator]))
  }
}
