// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import HTTPMessages
import ListFollowing
import StrictJSON
import Testing

@Suite struct BrakeTests {
  private let server: SimulatedServer
  private var follower: Follower

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
  }

  private func names(_ range: Range<Int>, _ more: [String] = []) -> [String] {
    range.map { ".n\($0).example" } + more
  }

  private func text(_ release: Int) -> String {
    String(decoding: server.releases[release].octets, as: UTF8.self)
  }

  @Test(arguments: [(0, 1000), (5000, 1000), (5005, 1001), (1_000_000, 200_000)])
  func `the larger of count and percentage limits additions`(held: Int, limit: Int) {
    #expect(BrakeLimits.standard.mostAdditions(to: held) == limit)
  }

  @Test func `an update at the limit passes; of one past it the additions wait for consent`() throws {
    try server.publish(names(0..<1))
    #expect(follower.round().summary == "updated 0 1")
    try server.publish(names(0..<1001))
    let first = follower.round()
    #expect(first.summary == "updated 1 2" && first.leftOut == nil)
    try server.publish(names(0..<2002))
    let report = follower.round()
    #expect(report.summary == "updated 2 3" && report.leftOut == .brake(additions: 1001, limit: 1000))
    #expect(report.lines[1].hasPrefix("refused (brake): 1001 additions are held back"))
    #expect(follower.output == text(2))
    #expect(
      follower.state?.lastAttempt?.outcome == "refused" && follower.state?.lastAttempt?.check == "brake")
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .refused)
    #expect(follower.round().leftOut == .brake(additions: 1001, limit: 1000))
    let agreed = follower.round(acceptingLargeChange: true)
    #expect(agreed.summary == "current 3" && agreed.leftOut == nil)
    #expect(agreed.notes == ["agreed to: 1001 additions of version 3 go on"])
    #expect(follower.output == text(3))
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .current)
  }

  @Test func `the first list is exempt`() throws {
    try server.publish(names(0..<3000))
    #expect(follower.round().leftOut == nil)
    #expect(follower.output == text(1))
  }

  @Test func `removals are never braked, not even behind a release that is`() throws {
    try server.publish(names(0..<2, [".wrong.example"]))
    follower.round()
    try server.publish(names(0..<1500, [".wrong.example"]))
    follower.round()
    #expect(follower.output == text(1))
    try server.publish(names(0..<1500))
    #expect(follower.round().summary == "updated 2 3")
    #expect(follower.output == ".n0.example\n.n1.example\n")
    try server.publish(names(1..<1500))
    // Not looked at in between: both releases in one change.
    try server.publish(names(1..<1500, [".small.example"]))
    let report = follower.round()
    #expect(report.summary == "updated 3 5" && report.leftOut == .brake(additions: 1498, limit: 1000))
    #expect(follower.output == ".n1.example\n.small.example\n")
    try server.publish([])
    #expect(follower.round().leftOut == nil)
    #expect(follower.output == "" && follower.state?.withheld == 0)
  }

  @Test mutating func `a suspension comes through in the same change as too many additions`() throws {
    follower.settings.brake = BrakeLimits(additions: 2, additionsPercent: 0)
    try server.publish(names(0..<2, [".wrong.example"]))
    follower.round()
    try server.publish(names(0..<9, [".wrong.example"]))
    try server.publish(names(0..<9))
    let report = follower.round()
    #expect(report.summary == "updated 1 3" && report.leftOut == .brake(additions: 7, limit: 2))
    #expect(follower.output == ".n0.example\n.n1.example\n")
  }

  @Test mutating func `what a braked addition replaces stays blocked`() throws {
    follower.settings.brake = BrakeLimits(additions: 0, additionsPercent: 0)
    try server.publish(["host.wide.example", ".other.example"])
    follower.round()
    try server.publish([".wide.example", ".other.example"])
    follower.round()
    #expect(follower.output == ".other.example\nhost.wide.example\n")
    try server.publish([".other.example"])
    follower.round()
    #expect(follower.output == ".other.example\n")
  }

  @Test mutating func `consent is to what the brake held then, not to what came later`() throws {
    follower.settings.brake = BrakeLimits(additions: 3, additionsPercent: 0)
    try server.publish(names(0..<1))
    follower.round()
    try server.publish(names(0..<5))
    follower.round()
    try server.publish(names(0..<9, [".z.example"]))
    let report = follower.round(acceptingLargeChange: true)
    #expect(report.summary == "updated 2 3" && report.leftOut == .brake(additions: 5, limit: 3))
    #expect(follower.output == text(2))
    #expect(follower.state?.braked.map(\.version) == [3])
    follower.round(acceptingLargeChange: true)
    #expect(follower.output == text(3))
  }

  @Test
  mutating func `consent without anything held is for the first release that is looked at, and no other`()
    throws
  {
    follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0)
    try server.publish(names(0..<1))
    follower.round()
    let cases: [(status: Int, isUsed: Bool)] = [(0, false), (503, false), (200, true)]
    for (status, isUsed) in cases {
      server.lies = []
      if status != 200 { server.lie("timestamp") { _ in TransportAnswer(status: status) } }
      #expect(follower.round(acceptingLargeChange: true).hasUsedConsent == isUsed)
    }
    try server.publish(names(0..<5))
    let report = follower.round(acceptingLargeChange: true)
    #expect(report.leftOut == nil && report.hasUsedConsent && follower.output == text(2))
  }

  @Test mutating func `one large change does not make room for a larger one`() throws {
    follower.settings.brake = BrakeLimits(additions: 3, additionsPercent: 50)
    try server.publish(names(0..<2))
    follower.round()
    try server.publish(names(0..<20))
    #expect(follower.round().leftOut == .brake(additions: 18, limit: 3))
    try server.publish(names(0..<24))
    #expect(follower.round().leftOut == .brake(additions: 22, limit: 3))
    #expect(follower.output == text(1))
  }

  @Test(arguments: ["state.json", "withheld.txt", "entries.txt", "changes/2.txt"], [nil, 0.0, 0.5, 0.99])
  mutating func `what the brake holds is not shown because a file is lost`(_ name: String, _ rest: Double?)
    throws
  {
    follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0)
    try server.publish([".old.example", "host.wide.example"])
    follower.round()
    try server.publish([".a.example", ".b.example", ".old.example", ".wide.example"])
    follower.round()
    let path = "/state/" + name
    if let rest {
      follower.disk.change(path) { $0 = Array($0.prefix(Int(Double($0.count) * rest))) }
    } else {
      try follower.disk.remove(path)
    }
    let report = follower.round()
    #expect(report.summary.hasSuffix(" 2"), "\(report.lines)")
    #expect(follower.output == ".old.example\nhost.wide.example\n", "\(report.lines)")
    #expect(report.leftOut == .brake(additions: 3, limit: 1))
    try server.publish([".a.example", ".b.example", ".wide.example"])
    #expect(follower.round().leftOut?.check == "brake")
    #expect(follower.output == "host.wide.example\n")
    follower.round(acceptingLargeChange: true)
    #expect(follower.output == text(3))
  }

  @Test mutating func `power may go at any step, before consent and after: nothing is shown without it`()
    throws
  {
    follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0)
    try server.publish([".old.example", ".wrong.example"])
    follower.round()
    try server.publish([".a.example", ".b.example", ".old.example"])
    var before = follower.disk.files
    for isAgreed in [false, true] {
      for step in 0... {
        let disk = MemoryFileSystem(files: before)
        follower.disk = disk
        disk.cutPower(after: step)
        follower.round(acceptingLargeChange: isAgreed)
        let isOver = disk.steps <= step
        if !isAgreed { #expect(disk.text(Follower.entries)?.contains(".a.example") != true) }
        follower.disk = MemoryFileSystem(files: disk.files)
        follower.round(acceptingLargeChange: isAgreed)
        #expect(follower.output == (isAgreed ? text(2) : ".old.example\n"), "step \(step)")
        if isOver { break }
      }
      follower.round()
      before = follower.disk.files
    }
  }

  @Test mutating func `power may go at any step of consent, and it is asked for once more or not at all`()
    throws
  {
    follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0)
    try server.publish([".old.example"])
    follower.round()
    try server.publish([".a.example", ".b.example", ".old.example"])
    follower.round()
    let before = follower.disk.files
    for step in 0... {
      let disk = MemoryFileSystem(files: before)
      follower.disk = disk
      disk.cutPower(after: step)
      follower.round(acceptingLargeChange: true)
      let isOver = disk.steps <= step
      // From where the brake has let go by the file, no loss of power brings it back.
      let isLetGo = disk.text("/state/withheld.txt")?.contains("+ 2 \(Int64.min) 1 ") != true
      follower.disk = MemoryFileSystem(files: disk.files)
      let report = follower.round()
      #expect((report.leftOut == nil) == isLetGo, "step \(step): \(report.lines)")
      #expect(follower.output == (isLetGo ? text(2) : text(1)), "step \(step)")
      if isOver { break }
    }
  }

  @Test func `a signed limit counts where it is narrower, and only there`() throws {
    server.brake = ["additions": 2, "additions_percent": 0]
    try server.publish(names(0..<1))
    follower.round()
    try server.publish(names(0..<4))
    #expect(follower.round().leftOut?.check == "brake")
    follower.round(acceptingLargeChange: true)
    server.brake = ["additions": 1_000_000, "additions_percent": 0]
    try server.publish(names(0..<2000))
    #expect(follower.round().leftOut?.check == "brake")
  }

  @Test func `the full list after a refused delta is braked like a delta`() throws {
    try server.publish(names(0..<1))
    follower.round()
    try server.publish(names(0..<2002))
    server.lie("changes?since") { _ in TransportAnswer(status: 410) }
    #expect(follower.round().leftOut?.check == "brake")
    #expect(follower.output == text(1))
  }

  @Test mutating func `on the general ring, consent does not shorten the time to settle`() throws {
    follower.settings.ring = .general
    follower.settings.brake = BrakeLimits(additions: 1, additionsPercent: 0)
    try server.publish(names(0..<1))
    follower.round()
    server.settle = ["until": .string(RFC3339.format(server.now.addingTimeInterval(600)))]
    try server.publish(names(0..<4))
    follower.round()
    follower.round(acceptingLargeChange: true)
    #expect(follower.output == text(1) && follower.state?.braked == [])
    server.now.addTimeInterval(600)
    follower.round()
    #expect(follower.output == text(2))
  }
}
