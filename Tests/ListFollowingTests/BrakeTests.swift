// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import StrictJSON
import Testing

@Suite struct BrakeTests {
  private func names(_ count: Int) -> [String] { (0..<count).map { ".n\($0).example" } }

  @Test(arguments: [(0, 1000), (5000, 1000), (5005, 1001), (1_000_000, 200_000)])
  func `the larger of count and percentage limits additions`(held: Int, limit: Int) {
    #expect(BrakeLimits.standard.mostAdditions(to: held) == limit)
  }

  @Test func `an update at the limit passes and one past it waits for consent`() throws {
    let server = try SimulatedServer()
    try server.publish(names(1))
    let follower = Follower(server)
    #expect(follower.round().summary == "updated 0 1")
    try server.publish(names(1001))
    #expect(follower.round().summary == "updated 1 2")
    try server.publish(names(2002))
    let report = follower.round()
    #expect(report.check == "brake")
    #expect(report.lines[0].contains("adds 1001 entries, more than 1000"))
    #expect(follower.round(acceptingLargeChange: true).summary == "updated 2 3")
  }

  @Test func `the first list is exempt`() throws {
    let server = try SimulatedServer()
    try server.publish(names(3000))
    #expect(Follower(server).round().summary == "updated 0 1")
  }

  @Test func `removals are never braked`() throws {
    let server = try SimulatedServer()
    try server.publish(names(3000))
    let follower = Follower(server)
    follower.round()
    try server.publish([])
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == "")
  }

  @Test func `a signed limit counts where it is narrower, and only there`() throws {
    let server = try SimulatedServer()
    server.brake = ["additions": 2, "additions_percent": 0]
    try server.publish(names(1))
    let follower = Follower(server)
    follower.round()
    try server.publish(names(4))
    #expect(follower.round().check == "brake")
    server.brake = ["additions": 1_000_000, "additions_percent": 0]
    try server.publish(names(2000))
    #expect(follower.round().check == "brake")
  }

  @Test func `the full list after a refused delta is braked like a delta`() throws {
    let server = try SimulatedServer()
    try server.publish(names(1))
    let follower = Follower(server)
    follower.round()
    try server.publish(names(2002))
    server.lie("changes?since") { _ in TransportAnswer(status: 410) }
    #expect(follower.round().check == "brake")
  }
}
