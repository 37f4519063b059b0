// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// How long listings last before a reviewer must confirm them again.
public struct LeaseTerm: Hashable, Sendable {
  /// The days of a lease unless another number is asked for.
  public let days: Int
  /// The most days that may be asked for.
  public let maximumDays: Int

  /// 90 days, at most 180.
  public static let standard = LeaseTerm(verified: 90, maximumDays: 180)

  /// A term; nil unless 1 ≤ `days` ≤ `maximumDays`.
  public init?(days: Int, maximumDays: Int) {
    guard days >= 1, days <= maximumDays else { return nil }
    self.init(verified: days, maximumDays: maximumDays)
  }

  private init(verified days: Int, maximumDays: Int) {
    self.days = days
    self.maximumDays = maximumDays
  }

  /// The lease that starts at `now`; nil when `days` is not within 1...`maximumDays`.
  public func lease(from now: Date, days asked: Int) -> Lease? {
    guard (1...maximumDays).contains(asked) else { return nil }
    return Lease(from: now, days: asked)
  }

  /// The lease of the usual length that starts at `now`.
  public func lease(from now: Date) -> Lease { Lease(from: now, days: days) }
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

  /// Whether it still runs at `now`.
  public func runs(at now: Date) -> Bool { now < until }
}
