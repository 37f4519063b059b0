// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// What is said of alarmed roles in the log: each change at once, a lasting alarm again at a bounded rate, and its end.
public struct RoleAlarmLog: Sendable {
  /// How long a lasting alarm of signing that failed or of metadata that expired stays silent, in seconds.
  public static let repeatInterval: TimeInterval = 3_600
  /// The same for an alarm that key holders have days to answer.
  public static let noticeInterval: TimeInterval = 86_400

  private var said: [String: (alarm: RoleAlarm, at: Date)] = [:]

  /// Nothing is alarmed yet.
  public init() {}

  /// The lines to log now that `alarms` are in force: none when nothing changed and all was said lately.
  public mutating func lines(for alarms: [RoleAlarm], at now: Date) -> [String] {
    var lines: [String] = []
    for alarm in alarms where isDue(alarm, now) {
      said[alarm.role] = (alarm, now)
      lines.append(Self.words(alarm, now))
    }
    let alarmed = Set(alarms.map(\.role))
    for role in said.keys.sorted() where !alarmed.contains(role) {
      said[role] = nil
      lines.append("recovered: \(Self.name(role)) is in order again")
    }
    return lines
  }

  private func isDue(_ alarm: RoleAlarm, _ now: Date) -> Bool {
    guard let last = said[alarm.role], last.alarm.cause == alarm.cause else { return true }
    let interval = alarm.cause == .renewalDue ? Self.noticeInterval : Self.repeatInterval
    // A clock set back must not silence an alarm for longer than the interval.
    return abs(now.timeIntervalSince(last.at)) >= interval
  }

  private static func words(_ alarm: RoleAlarm, _ now: Date) -> String {
    let left = duration(alarm.expires?.timeIntervalSince(now) ?? 0)
    return switch (alarm.cause, alarm.role) {
    case (.signingOverdue, _):
      "ALARM: \(alarm.role) metadata was due for signing at half of its lifetime and is not signed; \(left) left"
    case (.renewalDue, "certificate"):
      "ALARM: the certificate that this service shows ends; \(left) left"
    case (.renewalDue, "revocations"): "ALARM: a certificate revocation list runs out; \(left) left"
    case (.renewalDue, _):
      "ALARM: \(alarm.role) metadata must be signed anew by its key holders; \(left) left"
    case (.expired, "certificate"):
      "ALARM: the certificate that this service shows has ended; nobody connects any more"
    case (.expired, "revocations"):
      "ALARM: a certificate revocation list has run out; certificates of its authority count no more"
    case (.expired, _): "ALARM: \(alarm.role) metadata has expired; followers refuse it"
    case (.clockAhead, _):
      "ALARM: the clock is more than 30 days beyond the last time served, and nothing confirms it: no lease ends and nothing is signed by itself until it is right, or --clock-is-right says so"
    case (.diskNearlyFull, _):
      "ALARM: less than 256 MiB are left where the data folder lies: soon nothing can be recorded, suspensions neither"
    }
  }

  private static func name(_ role: String) -> String {
    switch role {
    case "clock", "disk", "certificate": "the \(role)"
    case "revocations": "the certificate revocation list"
    default: "\(role) metadata"
    }
  }

  /// Days and hours, hours and minutes, or seconds: what a person plans by.
  private static func duration(_ seconds: TimeInterval) -> String {
    let whole = Int64(max(0, min(seconds, 1e12)))
    switch whole {
    case 172_800...: return "\(whole / 86_400) d \(whole % 86_400 / 3_600) h"
    case 120...: return "\(whole / 3_600) h \(whole % 3_600 / 60) min"
    default: return "\(whole) s"
    }
  }
}
