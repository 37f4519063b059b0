// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Foundation
private import Glibc
internal import Publication

/// What of the machine itself needs a person: its clock, the room on its disk, the end of the certificates it serves by.
struct MachineAlarms: Sendable {
  /// The least room that the data folder should have, in octets: a suspension and its release must always find some.
  static let leastRoom: UInt64 = 256 << 20
  /// How long before its end a certificate or a revocation list is told, in seconds: 30 days.
  static let certificateNotice: TimeInterval = 30 * 86_400
  /// The same for a revocation list, which some make anew each day: 12 hours.
  static let revocationNotice: TimeInterval = 12 * 3_600

  let folder: String
  let clock: ClockTrust
  /// When the certificate and the first revocation list end, in seconds since 1970; 0 without one.
  let ends: @Sendable () -> (certificate: Int, revocations: Int)
  var room: @Sendable (String) -> UInt64? = { Self.freeOctets($0) }

  /// What is the matter at `now`.
  func standing(at now: Date) -> [RoleAlarm] {
    var alarms: [RoleAlarm] = []
    if !clock.believes(now) { alarms.append(RoleAlarm(role: "clock", cause: .clockAhead, expires: nil)) }
    if let free = room(folder), free < Self.leastRoom {
      alarms.append(RoleAlarm(role: "disk", cause: .diskNearlyFull, expires: nil))
    }
    let ends = ends()
    for (role, end, notice) in [
      ("certificate", ends.certificate, Self.certificateNotice),
      ("revocations", ends.revocations, Self.revocationNotice),
    ] where end > 0 {
      let date = Date(timeIntervalSince1970: TimeInterval(end))
      if date <= now {
        alarms.append(RoleAlarm(role: role, cause: .expired, expires: date))
      } else if date.timeIntervalSince(now) < notice {
        alarms.append(RoleAlarm(role: role, cause: .renewalDue, expires: date))
      }
    }
    return alarms
  }

  /// The octets that whoever is not root may still write below `folder`; nil when nobody can tell.
  private static func freeOctets(_ folder: String) -> UInt64? {
    var state = statvfs()
    guard unsafe statvfs(folder, &state) == 0 else { return nil }
    return UInt64(state.f_bavail) * UInt64(state.f_frsize)
  }
}
