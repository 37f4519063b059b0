// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// The brake: what one update may add before a person agrees.
extension FollowSession {
  /// Lets go on what the brake held before this round, if a person has agreed by now. It is written down at once, so that it
  /// goes on whatever breaks off, and is not asked for again.
  mutating func agreeToLargeChange() throws(FollowFailure) {
    guard consent.isLeft else { return }
    let versions = Set(withheld.braked.map(\.version)).sorted().map(String.init).joined(separator: ", ")
    let count = withheld.agree(in: room)
    guard count > 0 else { return }
    notes.append("agreed to: \(count) additions of version \(versions) go on")
    try saveWithheld()
    state.braked = []
    state.withheld = withheld.count
    try save()
    consent.end()
  }

  /// What the brake lets through at once, where a newer release adds more and nobody has agreed to it.
  ///
  /// Additions that are not shown count for nothing in the list held, or one large change would make room for a larger one.
  func exceededLimit(_ newer: Newer, _ held: Blocklist?, _ signed: BrakeLimits?) -> Int? {
    guard let held, !consent.isLeft else { return nil }
    let shown = max(0, held.count - withheld.count)
    let limit = min(
      settings.brake.mostAdditions(to: shown), (signed ?? settings.brake).mostAdditions(to: shown))
    return newer.additions > limit ? limit : nil
  }
}

extension FollowState {
  /// Additions that the brake holds back until a person agrees.
  public struct Braked: Hashable, Sendable {
    /// The release that brought them.
    public var version: UInt64
    /// How many.
    public var additions: Int
    /// How many were let through at once.
    public var limit: Int
  }

  /// How many additions the brake holds back.
  public var brakedAdditions: Int { braked.reduce(0) { $0 + $1.additions } }

  /// What checks left out of an update that is in force otherwise; what weighs most comes first.
  package var refusals: [FollowRefusal] {
    var refusals: [FollowRefusal] = []
    if let newest = braked.last { refusals.append(.brake(additions: brakedAdditions, limit: newest.limit)) }
    if let quorum = quorum?.refusal { refusals.append(quorum) }
    if let version = hold?.unknownUpTo { refusals.append(.hold(upTo: version, entries: hold?.undated ?? 0)) }
    return refusals
  }
}
