// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import SignedManifests
internal import Cryptography

/// The highest numbers that followers may have seen: what is published next must lie beyond them.
public struct SeenState: Hashable, Sendable {
  /// Versions of signed metadata.
  public var metadata: MetadataFloor
  /// The latest release of each list.
  public var lists: [ListName: ListVersion]

  /// Nothing seen, unless told otherwise.
  public init(metadata: MetadataFloor = MetadataFloor(), lists: [ListName: ListVersion] = [:]) {
    self.metadata = metadata
    self.lists = lists
  }

  /// What stands in the metadata files of a mirror or a follower: `timestamp.json`, `12.snapshot.json`, `snapshot.json`, … by
  /// name. Nothing is verified: numbers that are too high cost nothing.
  public init(metadata files: [String: [UInt8]]) {
    self.init()
    for (name, octets) in files {
      let role = name.split(separator: ".").dropLast().last
      switch role {
      case "timestamp":
        guard let read = try? UnverifiedMetadata<Timestamp>(parsing: octets).signed else { continue }
        metadata.timestamp = max(metadata.timestamp, read.version)
        metadata.snapshot = max(metadata.snapshot, read.snapshot.version)
      case "snapshot":
        guard let read = try? UnverifiedMetadata<Snapshot>(parsing: octets, maximumOctets: .max).signed else {
          continue
        }
        metadata.snapshot = max(metadata.snapshot, read.version)
        metadata.targets = max(metadata.targets, read.meta.values.map(\.version).max() ?? 0)
      case "root", nil: continue
      default:
        guard let read = try? UnverifiedMetadata<Targets>(parsing: octets, maximumOctets: .max).signed else {
          continue
        }
        metadata.targets = max(metadata.targets, read.version)
        for path in read.targets.keys { see(path) }
      }
    }
  }

  /// Whether anything was seen at all.
  public var isEmpty: Bool { self == SeenState() }

  /// Whichever is higher of both, number by number.
  public func merging(_ other: SeenState) -> SeenState {
    SeenState(
      metadata: MetadataFloor(
        timestamp: max(metadata.timestamp, other.metadata.timestamp),
        snapshot: max(metadata.snapshot, other.metadata.snapshot),
        targets: max(metadata.targets, other.metadata.targets)),
      lists: lists.merging(other.lists) { max($0, $1) })
  }

  /// Whether anything here lies beyond `other`.
  public func isAhead(of other: SeenState) -> Bool { merging(other) != other }

  private mutating func see(_ path: String) {
    let parts = path.split(separator: "/")
    guard parts.count == 3, let list = try? ListName(String(parts[0])), let number = UInt64(parts[1]) else {
      return
    }
    lists[list] = max(lists[list] ?? .unreleased, ListVersion(number))
  }
}

extension PublishedState {
  /// What readers of this state see.
  public var seen: SeenState {
    var seen = SeenState(
      metadata: repository.metadata.reduce(into: SeenState()) { seen, file in
        guard file.key == RepositoryPath.timestamp || !file.key.hasSuffix(".root.json") else { return }
        seen = seen.merging(SeenState(metadata: [file.key: file.value.octets]))
      }.metadata)
    for list in lists.values where list.version > .unreleased { seen.lists[list.name] = list.version }
    return seen
  }
}
