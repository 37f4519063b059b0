// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
private import StrictJSON

/// How long listings last before a reviewer must confirm them again.
public struct LeaseTerm: Hashable, Sendable {
  /// The days of a lease unless fewer are asked for; never more.
  public let days: Int

  /// No listing lasts longer than these days unconfirmed.
  public static let mostDays = 180
  /// 90 days.
  public static let standard = LeaseTerm(verified: 90)

  /// A term; nil unless 1 ≤ `days` ≤ `mostDays`.
  public init?(days: Int) {
    guard (1...Self.mostDays).contains(days) else { return nil }
    self.init(verified: days)
  }

  private init(verified days: Int) { self.days = days }

  /// The lease that starts at `now`.
  public func lease(from now: Date) -> Lease { Lease(from: now, days: days) }

  /// The lease that takes the place of `present` at `now`, of `asked` days, or all that there are: confirming a listing never brings
  /// its end forward. Nil when `present` has ended, or `asked` is not within 1...`days`.
  public func renewal(of present: Lease, at now: Date, days asked: Int?) -> Lease? {
    let asked = asked ?? days
    guard present.runs(at: now), (1...days).contains(asked) else { return nil }
    return Lease(from: now, until: max(present.until, Lease(from: now, days: asked).until))
  }
}

/// The time a listing lasts. It has ended at `until` itself.
public struct Lease: Hashable, Sendable {
  /// When it began.
  public let from: Date
  /// When it ends.
  public let until: Date

  /// A lease read back from the store.
  public init(from: Date, until: Date) {
    self.from = from
    self.until = until
  }

  init(from: Date, days: Int) {
    self.init(from: from, until: from.addingTimeInterval(Double(days) * 86_400))
  }

  /// When it ends, for the record: RFC 3339 in UTC.
  public var endText: String { RFC3339.format(until) }

  /// Whether it still runs at `now`.
  public func runs(at now: Date) -> Bool { now < until }
}
