// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
internal import SignedManifests

/// A role whose signed metadata needs a person's attention, or something of the machine that does.
public struct RoleAlarm: Hashable, Sendable {
  /// What is wrong.
  public enum Cause: String, Hashable, Sendable {
    /// Signing by the service itself, due from half of the lifetime on, has not happened.
    case signingOverdue = "signing-overdue"
    /// Key holders must sign the next version soon.
    case renewalDue = "renewal-due"
    /// It is no longer valid: followers refuse it.
    case expired
    /// The clock is far beyond the last time served, and nothing confirms it: nothing lapses and nothing is signed by itself.
    case clockAhead = "clock-ahead"
    /// The data folder's disk has little room left.
    case diskNearlyFull = "disk-nearly-full"
  }

  /// The role's name, `root`, `targets`, `releases`, `snapshot` or `timestamp`; or `clock`, `disk`, `certificate`, `revocations`.
  public let role: String
  /// What is wrong.
  public let cause: Cause
  /// The first moment at which it is no longer valid; nil of what does not end.
  public let expires: Date?

  /// An alarm for `role`.
  public init(role: String, cause: Cause, expires: Date?) {
    self.role = role
    self.cause = cause
    self.expires = expires
  }
}

/// From when on a role's metadata is alarmed.
public struct AlarmThresholds: Hashable, Sendable {
  /// How long before its expiry a role that people sign is alarmed, in seconds: they need days.
  public var rootNotice: TimeInterval
  /// How long after half of its lifetime a role signed by the service is alarmed, in seconds: upkeep signs every few
  /// seconds, and what it is about to sign is no failure.
  public var signingGrace: TimeInterval

  /// Thirty days, and a minute.
  public init(rootNotice: TimeInterval = 30 * 86_400, signingGrace: TimeInterval = 60) {
    self.rootNotice = rootNotice
    self.signingGrace = signingGrace
  }
}

extension PublishedRepository {
  /// The roles that need attention at `now`, by name. Half of a role's lifetime is counted back from its expiry.
  public func alarms(
    at now: Date, lifetimes: MetadataLifetimes, thresholds: AlarmThresholds = AlarmThresholds()
  ) -> [RoleAlarm] {
    expiries.sorted { $0.key < $1.key }.compactMap { role, expires in
      let cause: RoleAlarm.Cause? =
        if expires <= now {
          .expired
        } else if let lifetime = lifetimes.seconds(
          of: role, delegates: expiries[TargetsBundle.releases] != nil)
        {
          expires.timeIntervalSince(now) < lifetime / 2 - thresholds.signingGrace ? .signingOverdue : nil
        } else {
          expires.timeIntervalSince(now) < thresholds.rootNotice ? .renewalDue : nil
        }
      return cause.map { RoleAlarm(role: role, cause: $0, expires: expires) }
    }
  }
}

extension MetadataLifetimes {
  /// The lifetime of a role that the service signs; nil for one that people sign: the root, and targets that delegate releases.
  fileprivate func seconds(of role: String, delegates: Bool) -> TimeInterval? {
    switch role {
    case "timestamp": TimeInterval(timestamp)
    case "snapshot": TimeInterval(snapshot)
    case TargetsBundle.releases: TimeInterval(targets)
    case "targets": delegates ? nil : TimeInterval(targets)
    default: nil
    }
  }
}
