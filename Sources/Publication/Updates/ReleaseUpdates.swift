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
  /// Whole lists as they are sent in pieces, of the release before as well: who has some octets of it goes on.
  let wholes: RecentWholes

  /// Changes kept at most.
  static let maximumChanges = 256
  /// Octets that the changes kept may take, about.
  static let maximumOctets = 64 << 20
  /// Zstandard's level for a whole list that is waited for and goes with metadata, so that nobody resumes it.
  static let promptLevel: Int32 = 9
  /// The whole list of so many of the last releases is to be had: each is some seconds' work for a million entries.
  public static let recentReleases: UInt64 = 16

  /// - Parameter wholes: those of the releases before.
  init(
    of name: ListName, _ list: Blocklist, history: ReleaseHistory, wholes: RecentWholes = RecentWholes()
  ) {
    self.name = name
    self.wholes = wholes
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
    guard wholes.ready(history.latest) == nil, let whole = try? packed(history.latest) else { return }
    wholes.keep(whole)
  }

  /// Whether the whole list of a release is to be had in the compact form: it is recent, and the history kept leads there.
  public func hasWhole(of version: ListVersion) -> Bool {
    history.reaches(version, history.latest) && history.latest.number - version.number < Self.recentReleases
  }

  /// The whole list of a release in the compact form, if it is at hand.
  public func readyWhole(of version: ListVersion) -> PreparedChange? { wholes.ready(version) }

  /// The whole list of a release in the compact form: the same octets whenever and by whichever process it is made, so that what
  /// was begun can be resumed. Nil for a release of which it is not to be had.
  public func whole(of version: ListVersion) async -> PreparedChange? {
    guard hasWhole(of: version) else { return nil }
    return await wholes.ready(version, orMade: { try? self.packed(version) })
  }

  private func packed(_ version: ListVersion) throws(BlocklistError) -> PreparedChange? {
    guard let target = try list(at: version) else { return nil }
    let change = try CompactChange(whole: target, level: RecentWholes.level)
    return PreparedChange(compact: change, from: .unreleased, to: version, target)
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
        let whole = try CompactChange(whole: target, level: Self.promptLevel)
        return PreparedChange(compact: whole, from: .unreleased, to: to, target)
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
    if let best = wholes.ready(version) { return best.compact }
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
