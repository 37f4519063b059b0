// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Synchronization

/// Contents of answers about one published state that many readers get alike, kept as long as that state: who reads one slowly
/// then costs nothing of its own.
///
/// Nothing is dropped before: what does not fit is made for each reader, and counts as that reader's.
public final class SharedBodies: Sendable {
  /// A compact body: where it leads, and what it brings along.
  package struct Key: Hashable, Sendable {
    package init(
      list: ListName, from: ListVersion, to: ListVersion, hasChange: Bool, hasApprovals: Bool,
      kind: UpdateMetadata.Held
    ) {
      self.list = list
      self.from = from
      self.to = to
      self.hasChange = hasChange
      self.hasApprovals = hasApprovals
      self.kind = kind
    }

    let list: ListName
    let from: ListVersion
    let to: ListVersion
    let hasChange: Bool
    let hasApprovals: Bool
    let kind: UpdateMetadata.Held
  }

  private struct NamedRequest: Hashable {
    let list: ListName
    let request: ReleaseUpdates.Request
  }

  private struct Shelf {
    var changes: [NamedRequest: PreparedChange] = [:]
    var bodies: [Key: [UInt8]] = [:]
    var octets = 0

    mutating func takesMore(_ cost: Int, _ capacity: Int) -> Bool {
      guard octets + cost <= capacity else { return false }
      octets += cost
      return true
    }
  }

  /// Octets kept at most, about.
  public static let maximumOctets = 64 << 20
  private let capacity: Int
  private let shelf = Mutex(Shelf())

  package init(capacity: Int = SharedBodies.maximumOctets) { self.capacity = capacity }

  /// The one copy of the answer to `request` of `list` that all share: `change`, unless there is one already; nil when there
  /// is no room.
  public func keep(
    _ change: PreparedChange, _ request: ReleaseUpdates.Request, of list: ListName
  ) -> PreparedChange? {
    shelf.withLock { shelf in
      let name = NamedRequest(list: list, request: request)
      if let kept = shelf.changes[name] { return kept }
      guard shelf.takesMore(change.cost, capacity) else { return nil }
      shelf.changes[name] = change
      return change
    }
  }

  /// The body of `key`, made if it is not there, and whether it is kept.
  package func body(_ key: Key, make: () -> [UInt8]) -> (octets: [UInt8], isShared: Bool) {
    if let ready = shelf.withLock({ $0.bodies[key] }) { return (ready, true) }
    let made = make()
    return shelf.withLock { shelf in
      // Another may have been quicker: all share one.
      if let ready = shelf.bodies[key] { return (ready, true) }
      guard shelf.takesMore(made.count + 256, capacity) else { return (made, false) }
      shelf.bodies[key] = made
      return (made, true)
    }
  }
}
