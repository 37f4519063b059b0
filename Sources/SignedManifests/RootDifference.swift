// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
private import StrictJSON

/// One difference between two roots, for a key holder to read before signing.
public enum RootDifference: Hashable, Sendable, CustomStringConvertible {
  /// A key took the place of another.
  case keyReplaced(role: Root.RoleName, old: ManifestKey, new: ManifestKey)
  /// A key may sign that could not.
  case keyAdded(role: Root.RoleName, ManifestKey)
  /// A key may sign no more.
  case keyRemoved(role: Root.RoleName, ManifestKey)
  /// Another number of signatures is needed.
  case threshold(role: Root.RoleName, old: Int, new: Int)
  /// Valid for longer or shorter.
  case expires(old: Date, new: Date)
  /// Whether file names bear versions changed.
  case consistentSnapshot(Bool)
  /// Fields this version of Cordon does not know.
  case otherFields

  /// One line in plain words.
  public var description: String {
    switch self {
    case .keyReplaced(let role, let old, let new):
      "\(role.rawValue): key \(old.label) replaced by \(new.label)"
    case .keyAdded(let role, let key): "\(role.rawValue): key \(key.label) added"
    case .keyRemoved(let role, let key): "\(role.rawValue): key \(key.label) removed"
    case .threshold(let role, let old, let new):
      "\(role.rawValue): \(new) signature(s) needed instead of \(old)"
    case .expires(let old, let new):
      "valid until \(RFC3339.format(new)) instead of \(RFC3339.format(old))"
    case .consistentSnapshot(let on): "consistent snapshots turned \(on ? "on" : "off")"
    case .otherFields: "fields unknown to this program changed"
    }
  }

  /// Every difference from `old` to `new`, but for the version.
  public static func between(_ old: Root, _ new: Root) -> [RootDifference] {
    var differences: [RootDifference] = []
    for name in Root.RoleName.allCases { differences += keys(name, old, new) }
    for name in Root.RoleName.allCases where old[name].threshold != new[name].threshold {
      differences.append(
        .threshold(role: name, old: old[name].threshold, new: new[name].threshold))
    }
    if old.expires != new.expires {
      differences.append(.expires(old: old.expires, new: new.expires))
    }
    if old.consistentSnapshot != new.consistentSnapshot {
      differences.append(.consistentSnapshot(new.consistentSnapshot))
    }
    if old.unrecognized != new.unrecognized { differences.append(.otherFields) }
    return differences
  }

  private static func keys(_ name: Root.RoleName, _ old: Root, _ new: Root) -> [RootDifference] {
    let removed = old[name].keyids.filter { old.keys[$0] != new.keys[$0] || !new[name].keyids.contains($0) }
      .compactMap { old.keys[$0] }
    let added = new[name].keyids.filter { old.keys[$0] != new.keys[$0] || !old[name].keyids.contains($0) }
      .compactMap { new.keys[$0] }
    if removed.count == added.count {
      return zip(removed, added).map { .keyReplaced(role: name, old: $0, new: $1) }
    }
    return removed.map { .keyRemoved(role: name, $0) } + added.map { .keyAdded(role: name, $0) }
  }
}
