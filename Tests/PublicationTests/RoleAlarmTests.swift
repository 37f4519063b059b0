// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Publication
import Testing

@Suite struct RoleAlarmTests {
  private static let day = 86_400.0
  private static let lifetimes = MetadataLifetimes()

  private func causes(_ world: World) -> [String: RoleAlarm.Cause] {
    let alarms = world.publisher.current.repository.alarms(at: world.now, lifetimes: Self.lifetimes)
    return Dictionary(uniqueKeysWithValues: alarms.map { ($0.role, $0.cause) })
  }

  @Test(arguments: [("timestamp", day / 2), ("snapshot", 3.5 * day), ("targets", 45 * day)])
  func `a role not signed afresh is alarmed past half of its lifetime and the grace`(
    role: String, half: Double
  ) async throws {
    let world = try await World()
    world.pass(seconds: half + 60)
    #expect(causes(world)[role] == nil)
    world.pass(seconds: 1)
    #expect(causes(world)[role] == .signingOverdue)
    try await world.publisher.tick()
    #expect(causes(world)[role] == nil)
  }

  @Test(arguments: [("timestamp", day), ("snapshot", 7 * day), ("targets", 90 * day), ("root", 365 * day)])
  func `a role is expired from the second of its expiry on`(role: String, lifetime: Double) async throws {
    let world = try await World()
    world.pass(seconds: lifetime - 1)
    #expect(causes(world)[role] == (role == "root" ? .renewalDue : .signingOverdue))
    world.pass(seconds: 1)
    #expect(causes(world)[role] == .expired)
  }

  @Test func `the root is alarmed in its last thirty days, and signing by the service does not help`()
    async throws
  {
    let world = try await World()
    world.pass(seconds: 335 * Self.day)
    try await world.publisher.tick()
    #expect(causes(world).isEmpty)
    world.pass(seconds: 1)
    try await world.publisher.tick()
    #expect(causes(world) == ["root": .renewalDue])
  }

  private let start = World.start

  private func alarm(_ cause: RoleAlarm.Cause, _ role: String = "timestamp", left: Double = 3_600)
    -> RoleAlarm
  {
    RoleAlarm(role: role, cause: cause, expires: start.addingTimeInterval(left))
  }

  @Test func `an alarm is logged when it begins, when its cause changes, and when it is over`() {
    var log = RoleAlarmLog()
    #expect(log.lines(for: [], at: start).isEmpty)
    let begun = log.lines(for: [alarm(.signingOverdue)], at: start)
    #expect(
      begun == [
        "ALARM: timestamp metadata was due for signing at half of its lifetime and is not signed; 1 h 0 min left"
      ])
    #expect(log.lines(for: [alarm(.signingOverdue)], at: start).isEmpty)
    let changed = log.lines(for: [alarm(.expired, left: 0)], at: start)
    #expect(changed == ["ALARM: timestamp metadata has expired; followers refuse it"])
    #expect(log.lines(for: [], at: start) == ["recovered: timestamp metadata is in order again"])
    #expect(log.lines(for: [], at: start).isEmpty)
    #expect(log.lines(for: [alarm(.signingOverdue)], at: start) == begun)
  }

  @Test(arguments: [
    (RoleAlarm.Cause.signingOverdue, RoleAlarmLog.repeatInterval),
    (.expired, RoleAlarmLog.repeatInterval), (.renewalDue, RoleAlarmLog.noticeInterval),
  ])
  func `an alarm that lasts is repeated after its interval, not a second earlier`(
    cause: RoleAlarm.Cause, interval: Double
  ) {
    var log = RoleAlarmLog()
    let lasting = [alarm(cause, left: 20 * Self.day)]
    #expect(log.lines(for: lasting, at: start).count == 1)
    #expect(log.lines(for: lasting, at: start.addingTimeInterval(interval - 1)).isEmpty)
    #expect(log.lines(for: lasting, at: start.addingTimeInterval(interval)).count == 1)
    #expect(log.lines(for: lasting, at: start.addingTimeInterval(interval + 1)).isEmpty)
  }

  @Test func `each role is told of by itself`() {
    var log = RoleAlarmLog()
    let both = [alarm(.renewalDue, "root", left: 20 * Self.day), alarm(.signingOverdue)]
    #expect(log.lines(for: both, at: start).count == 2)
    #expect(
      log.lines(for: [both[0]], at: start) == ["recovered: timestamp metadata is in order again"])
    #expect(log.lines(for: [both[0]], at: start).isEmpty)
  }

  @Test func `a clock set back does not silence an alarm`() {
    var log = RoleAlarmLog()
    let lasting = [alarm(.signingOverdue, left: 20 * Self.day)]
    #expect(log.lines(for: lasting, at: start).count == 1)
    let earlier = start.addingTimeInterval(-RoleAlarmLog.repeatInterval)
    #expect(log.lines(for: lasting, at: earlier).count == 1)
  }
}
