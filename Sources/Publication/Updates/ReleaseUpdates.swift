// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Synchronization

/// The changes that lead to one release, or between two before it: each made on demand once, and kept in bounded memory.
public final class ReleaseUpdates: Sendable {
  /// What is asked for.
  public struct Request: Hashable, Sendable {
    /// The release that the reader has.
    public var since: ListVersion
    /// The release that it shall lead to.
    public var to: ListVersion
    /// The form.
    public var form: PreparedChange.Form

    /// A request of these parts.
    public init(since: ListVersion, to: ListVersion, form: PreparedChange.Form) {
      self.since = since
      self.to = to
      self.form = form
    }
  }

  private struct Shelf {
    var changes: [Request: PreparedChange] = [:]
    /// In the order they came, for dropping the oldest.
    var order: [Request] = []
    var octets = 0
  }

  private let name: ListName
  private let list: Blocklist
  private let history: ReleaseHistory
  private let shelf = Mutex(Shelf())
  /// Held while something is made, so that many who ask at once make it once.
  private let making = Mutex(())
  /// The whole list, packed as small as it gets; nil until that is done.
  private let strongest = Mutex<CompactChange?>(nil)

  /// Changes kept at most.
  static let maximumChanges = 256
  /// Octets that the changes kept may take, about.
  static let maximumOctets = 64 << 20
  /// Zstandard's level for a whole list that is waited for.
  static let promptLevel: Int32 = 9

  init(of name: ListName, _ list: Blocklist, history: ReleaseHistory) {
    self.name = name
    self.list = list
    self.history = history
  }

  /// The change asked for, if it is on the shelf.
  public func ready(_ request: Request) -> PreparedChange? { shelf.withLock { $0.changes[request] } }

  /// The change asked for, made now if need be: some tens of milliseconds for a million entries, half a second for the
  /// whole list. Nil when the history kept does not hold both releases.
  public func change(_ request: Request) -> PreparedChange? { change(request, from: nil) }

  /// - Parameter older: the list that the change leads away from, where it is at hand.
  func change(_ request: Request, from older: Blocklist?) -> PreparedChange? {
    if let ready = ready(request) { return ready }
    return making.withLock { _ in
      if let ready = ready(request) { return ready }
      guard let change = try? make(request, from: older) else { return nil }
      keep(change, for: request)
      return change
    }
  }

  /// Packs the whole list as small as it gets. Takes seconds for a million entries; meant for the background.
  func packStrongest() {
    guard strongest.withLock({ $0 == nil }), let change = try? CompactChange(whole: list, level: 19) else {
      return
    }
    strongest.withLock { $0 = change }
  }

  private func make(_ request: Request, from known: Blocklist?) throws(BlocklistError) -> PreparedChange? {
    let (since, to) = (request.since, request.to)
    guard since <= to, let target = try list(at: to) else { return nil }
    if since == .unreleased, request.form == .compact {
      return try PreparedChange(compact: whole(target, at: to), from: .unreleased, to: to, target)
    }
    guard let delta = history.delta(since: since, to: to) else { return nil }
    switch request.form {
    case .text: return PreparedChange(text: delta, to: to, target)
    case .json: return PreparedChange(json: delta, of: name, since: since, to: to, target)
    case .compact:
      // A change of most of the list is not worth making: the whole is about as long.
      if delta.additions.count > target.count / 2 {
        return PreparedChange(compact: try whole(target, at: to), from: .unreleased, to: to, target)
      }
      let older: Blocklist
      if let known { older = known } else { older = try delta.reversed.applied(to: target) }
      let compact = try CompactChange(delta, from: older.entries)
      return PreparedChange(compact: compact, from: since, to: to, target)
    }
  }

  private func list(at version: ListVersion) throws(BlocklistError) -> Blocklist? {
    guard version < history.latest else { return list }
    guard let delta = history.delta(since: version) else { return nil }
    return try delta.reversed.applied(to: list)
  }

  private func whole(_ target: Blocklist, at version: ListVersion) throws(BlocklistError) -> CompactChange {
    if version == history.latest, let best = strongest.withLock({ $0 }) { return best }
    return try CompactChange(whole: target, level: Self.promptLevel)
  }

  private func keep(_ change: PreparedChange, for request: Request) {
    shelf.withLock { shelf in
      shelf.changes[request] = change
      shelf.order.append(request)
      shelf.octets += change.cost
      while shelf.order.count > 1,
        shelf.order.count > Self.maximumChanges || shelf.octets > Self.maximumOctets
      {
        let oldest = shelf.order.removeFirst()
        shelf.octets -= shelf.changes.removeValue(forKey: oldest)?.cost ?? 0
      }
    }
  }
}
