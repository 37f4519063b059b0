// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import Ingest
import ListFollowing
import ListFormats
import StrictJSON
import Testing

/// What is shown in place of what is not is proven as well: a server stolen with its online keys has nothing else to show.
@Suite struct StandInTests {
  private let desks: QuorumTests.Desks
  private let server: SimulatedServer
  private var follower: Follower
  private let good = [".one.example", "x.wide.example"]

  init() throws {
    desks = try QuorumTests.Desks()
    server = try SimulatedServer()
    server.register = try desks.register()
    server.approvals = ApprovalList(try desks.approvals(good, by: ["TT", "BB", "GY"]))
    try server.publish(good)
    follower = Follower(server)
    follower.settings.requiredCountries = 2
  }

  private func hold(lastGood: UInt64? = nil) {
    let request = HoldRequest.hold(Hold(reason: "mail", date: server.now, lastGood: lastGood))
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
  }

  /// Where no addition of the thief's is shown, nor anything for it.
  enum Way: CaseIterable { case general, brake, hold, laterHold }

  private mutating func set(_ way: Way) {
    if way == .general { follower.settings.ring = .general }
    if way == .brake { follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0) }
  }

  /// What two releases of a thief bring: a name, and a wider one in its place.
  private func steal(_ way: Way, _ round: () -> Void) throws {
    try server.publish(good + ["www.bank.example"])
    round()
    if way == .hold { hold() }
    server.settle = ["until": .null]
    let more = way == .brake ? [".other.example", ".third.example"] : []
    try server.publish([".one.example", ".wide.example", ".bank.example"] + more)
    round()
    if way == .laterHold {
      hold(lastGood: 2)
      round()
    }
  }

  @Test(arguments: Way.allCases)
  mutating func `what nobody approved stands for nothing, and what was approved stands`(_ way: Way) throws {
    set(way)
    let follower = follower
    follower.round()
    try steal(way) { follower.round() }
    #expect(follower.output == ".one.example\nx.wide.example\n")
    #expect(follower.disk.text(Follower.rpz)?.contains("bank") == false)
    // Also when what says so is lost, and taken from what the releases changed.
    try follower.disk.remove("/state/withheld.txt")
    follower.round()
    #expect(follower.disk.text(Follower.rpz)?.contains("bank") == false)
  }

  @Test(arguments: Way.allCases)
  mutating func `power may go at any step, and it stands for nothing still`(_ way: Way) throws {
    set(way)
    var follower = follower
    follower.round()
    try server.publish(good + ["www.bank.example"])
    follower.round()
    if way == .hold { hold() }
    server.settle = ["until": .null]
    let more = way == .brake ? [".other.example", ".third.example"] : []
    try server.publish([".one.example", ".wide.example", ".bank.example"] + more)
    let before = follower.disk.files
    for step in 0... {
      let disk = MemoryFileSystem(files: before)
      disk.cutPower(after: step)
      follower.disk = disk
      follower.round()
      let isOver = disk.steps <= step
      follower.disk = MemoryFileSystem(files: disk.files)
      self.follower = follower
      if way == .laterHold { hold(lastGood: 2) }
      follower.round()
      #expect(follower.output == ".one.example\nx.wide.example\n", "step \(step)")
      if isOver { break }
    }
  }

  @Test mutating func `what stood in before approvals were asked for does so no more`() throws {
    follower.settings.requiredCountries = nil
    follower.settings.ring = .general
    let plain = follower
    plain.round()
    try steal(.general) { plain.round() }
    #expect(follower.output?.contains("www.bank.example") == true)
    follower.settings.requiredCountries = 2
    follower.round()
    #expect(follower.output == ".one.example\n")
    hold(lastGood: 2)
    follower.round()
    #expect(follower.output == ".one.example\n")
  }

  @Test(arguments: [true, false])
  mutating func `a wider name that too few approved does not open what enough did`(isProvenLater: Bool) throws
  {
    follower.settings.requiredCountries = 3
    follower.round()
    #expect(follower.output == ".one.example\nx.wide.example\n")
    let two = try desks.approvals([".wide.example"], by: ["TT", "BB"])
    let all = try desks.approvals([".one.example", ".wide.example"], by: ["TT", "BB", "GY"])
    server.approvals = ApprovalList(try desks.approvals([".one.example"], by: ["TT", "BB", "GY"]) + two)
    try server.publish([".one.example", ".wide.example"])
    #expect(follower.round().leftOut == .quorum(unproven: 1, of: 2, countries: 3))
    #expect(follower.output == ".one.example\nx.wide.example\n")
    #expect(follower.round().summary == "current 2")
    #expect(follower.output == ".one.example\nx.wide.example\n")
    if isProvenLater {
      server.approvals = ApprovalList(all)
      try server.sign(server.releases[2], as: 2)
      #expect(follower.round().leftOut == nil)
      #expect(follower.output == ".one.example\n.wide.example\n")
    }
    // Removed, it takes along what stood for it.
    try server.publish([".one.example"])
    follower.round()
    #expect(follower.output == ".one.example\n")
  }
}
