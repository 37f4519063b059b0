// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Ingest
private import Synchronization

/// The approvals of what changes to one release add, packed once for each release that readers come from.
public final class ApprovalParts: Sendable {
  /// Approvals of more octets do not come along in a compact body; they are asked for by themselves.
  package static let maximumOctets = UpdateLimits().approvalsOctets
  /// Changes that add more entries are not looked through: two short lines for each would be more.
  package static let maximumAdditions = 16_384
  /// As many additions are looked through while others wait.
  public static let quickAdditions = 256
  /// As many releases are remembered.
  public static let maximumKept = 64

  private struct Part {
    /// Nil where there is nothing to send, or too much.
    let packed: PackedApprovals?
  }

  private let parts = Mutex<[ListVersion: Part]>([:])

  /// - Parameter quickly: whether others wait: then nil unless it is there or takes no time to speak of.
  func packed(since: ListVersion, in list: PublishedList, quickly: Bool) -> PackedApprovals? {
    if let part = parts.withLock({ $0[since] }) { return part.packed }
    guard list.approvals.list.count > 0, since != .unreleased, since < list.version,
      let delta = list.history.delta(since: since, to: list.version),
      Self.looksThrough(delta.additions.count, quickly: quickly)
    else { return nil }
    let text = list.approvals(for: delta).octets
    let part = Part(packed: Self.isSent(octets: text.count) ? try? PackedApprovals(text) : nil)
    parts.withLock { if $0.count < Self.maximumKept { $0[since] = part } }
    return part.packed
  }

  /// Whether the approvals of so many additions are looked for.
  package static func looksThrough(_ additions: Int, quickly: Bool) -> Bool {
    additions <= (quickly ? quickAdditions : maximumAdditions)
  }

  /// Whether so many octets of lines come along: not where there are none, or too many.
  package static func isSent(octets: Int) -> Bool { octets > 0 && octets <= maximumOctets }
}
