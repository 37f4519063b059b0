// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Synchronization

/// Contents of answers about one published state that many readers get alike, kept as long as that state: who reads one slowly
/// then costs nothing of its own.
///
/// Nothing is dropped before: what does not fit is made for each reader, and counts as that reader's. No reader takes the room
/// of the others: what one alone has asked for is kept up to that reader's share, and what goes beyond it once a second reader
/// asks for the same.
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
    var room: SharedRoom
  }

  /// Octets kept at most, about.
  public static let maximumOctets = 64 << 20
  /// Octets of that which one reader alone may take, about.
  public static let maximumOctetsOfOne = 8 << 20
  private let shelf: Mutex<Shelf>

  package init(
    capacity: Int = SharedBodies.maximumOctets, share: Int = SharedBodies.maximumOctetsOfOne
  ) {
    shelf = Mutex(Shelf(room: SharedRoom(capacity: capacity, share: share)))
  }

  /// The one copy of the answer to `request` of `list` that all share: `change`, unless there is one already; nil when there
  /// is no room.
  /// - Parameter reader: who asks; those of one agency are one.
  public func keep(
    _ change: PreparedChange, _ request: ReleaseUpdates.Request, of list: ListName, for reader: String
  ) -> PreparedChange? {
    shelf.withLock { shelf in
      let name = NamedRequest(list: list, request: request)
      if let kept = shelf.changes[name] {
        shelf.room.share(name, with: reader)
        return kept
      }
      guard shelf.room.take(name, change.cost, for: reader) else { return nil }
      shelf.changes[name] = change
      return change
    }
  }

  /// The body of `key`, made if it is not there, and whether it is kept.
  package func body(
    _ key: Key, for reader: String, make: () -> [UInt8]
  ) -> (octets: [UInt8], isShared: Bool) {
    func ready(_ shelf: inout Shelf) -> [UInt8]? {
      guard let kept = shelf.bodies[key] else { return nil }
      shelf.room.share(key, with: reader)
      return kept
    }
    if let kept = shelf.withLock({ ready(&$0) }) { return (kept, true) }
    let made = make()
    return shelf.withLock { shelf in
      // Another may have been quicker: all share one.
      if let kept = ready(&shelf) { return (kept, true) }
      guard shelf.room.take(key, made.count + 256, for: reader) else { return (made, false) }
      shelf.bodies[key] = made
      return (made, true)
    }
  }
}
