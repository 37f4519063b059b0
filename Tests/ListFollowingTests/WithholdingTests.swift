// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import StrictJSON
import Testing

@Suite struct WithholdingTests {
  private let server: SimulatedServer
  private var follower: Follower

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    try server.publish([".old.example", "host.other.example"])
  }

  private func until(_ seconds: TimeInterval) -> JSONValue {
    ["until": .string(RFC3339.format(server.now.addingTimeInterval(seconds)))]
  }

  private func press(_ request: HoldRequest) {
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
  }

  private mutating func onGeneralRing() {
    follower.settings.ring = .general
    #expect(follower.round().summary == "updated 0 1")
  }

  @Test mutating func `the general ring shows additions when they have settled, not a second before`() throws
  {
    onGeneralRing()
    server.settle = until(600)
    try server.publish([".new.example", ".old.example", "host.other.example"])
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == ".old.example\nhost.other.example\n")
    server.now.addTimeInterval(599)
    #expect(follower.round().notes.contains("1 additions are settling and not shown yet"))
    #expect(follower.output == ".old.example\nhost.other.example\n")
    server.now.addTimeInterval(1)
    follower.round()
    #expect(follower.output == ".new.example\n.old.example\nhost.other.example\n")
    #expect(follower.state?.withheld == 0)
  }

  @Test mutating func `the early ring shows additions at once`() throws {
    #expect(follower.round().summary == "updated 0 1")
    server.settle = until(600)
    try server.publish([".new.example", ".old.example"])
    follower.round()
    #expect(follower.output == ".new.example\n.old.example\n")
  }

  @Test mutating func `removals are shown at once on every ring`() throws {
    onGeneralRing()
    server.settle = until(600)
    try server.publish([".new.example", ".old.example"])
    follower.round()
    #expect(follower.output == ".old.example\n")
    try server.publish([".new.example"])
    follower.round()
    #expect(follower.output == "")
    try server.publish([".later.example"])
    follower.round()
    #expect(follower.output == "")
  }

  @Test mutating func `what a wider addition replaces stays blocked while that one settles`() throws {
    onGeneralRing()
    server.settle = until(600)
    try server.publish([".old.example", ".other.example"])
    follower.round()
    #expect(follower.output == ".old.example\nhost.other.example\n")
    server.now.addTimeInterval(600)
    follower.round()
    #expect(follower.output == ".old.example\n.other.example\n")
  }

  @Test mutating func `what a narrower addition leaves of a removal stays blocked`() throws {
    onGeneralRing()
    server.settle = until(600)
    try server.publish(["a.old.example", "host.other.example"])
    follower.round()
    #expect(follower.output == "a.old.example\nhost.other.example\n")
  }

  @Test mutating func `a frozen release waits until another word is signed`() throws {
    onGeneralRing()
    server.settle = ["until": nil]
    try server.publish([".new.example"])
    server.now.addTimeInterval(3600)
    follower.round()
    #expect(follower.output == "")
    server.settle = until(-1)
    try server.sign(server.releases[2], as: 2)
    follower.round()
    #expect(follower.output == ".new.example\n")
  }

  @Test mutating func `a hold takes the last additions back and pauses new ones until it is released`() throws
  {
    follower.round()
    try server.publish([".bad.example", ".old.example", "host.other.example"])
    follower.round()
    #expect(follower.output == ".bad.example\n.old.example\nhost.other.example\n")
    press(.hold(Hold(reason: "mail", date: server.now)))
    #expect(follower.round().summary == "current 2")
    #expect(follower.output == ".old.example\nhost.other.example\n")
    #expect(follower.state?.hold?.reason == "mail")
    try server.publish([".bad.example", ".more.example", "host.other.example"])
    #expect(follower.round().summary == "updated 2 3")
    #expect(follower.output == "host.other.example\n")
    press(.release)
    follower.round()
    #expect(follower.output == ".bad.example\n.more.example\nhost.other.example\n")
    #expect(follower.state?.hold == nil)
  }

  @Test mutating func `a hold goes back to the last good release that is named`() throws {
    follower.round()
    try server.publish([".bad.example", ".old.example"])
    follower.round()
    try server.publish([".bad.example", ".old.example", ".worse.example"])
    follower.round()
    press(.hold(Hold(reason: "mail", date: server.now, lastGood: 1)))
    follower.round()
    #expect(follower.output == ".old.example\n")
  }

  @Test(
    arguments: ["state.json", "withheld.txt", "entries.txt"],
    [nil, 0.0, 0.5, 0.99])
  mutating func `a hold outlives any one file of the state, lost or cut short`(
    _ name: String, _ rest: Double?
  ) throws {
    follower.round()
    try server.publish([".bad.example", ".old.example", "host.other.example"])
    follower.round()
    press(.hold(Hold(reason: "mail", date: server.now)))
    follower.round()
    try server.publish([".bad.example", ".more.example", ".old.example", "host.other.example"])
    #expect(follower.round().summary == "updated 2 3")
    let shown = ".old.example\nhost.other.example\n"
    #expect(follower.output == shown)
    let path = "/state/" + name
    if let rest {
      follower.disk.change(path) { $0 = Array($0.prefix(Int(Double($0.count) * rest))) }
    } else {
      try follower.disk.remove(path)
    }
    let before = follower.disk.files
    let report = follower.round()
    #expect(report.summary.hasSuffix(" 3") && follower.output == shown, "\(report.lines)")
    // The same, with something newer to take.
    follower.disk = MemoryFileSystem(files: before)
    try server.publish([".bad.example", ".later.example", ".more.example", "host.other.example"])
    let next = follower.round()
    #expect(next.summary.hasSuffix(" 4") && follower.output == "host.other.example\n", "\(next.lines)")
    #expect(follower.round().summary == "current 4")
    #expect(follower.state?.hold?.reason == "mail" && follower.output == "host.other.example\n")
    press(.release)
    follower.round()
    #expect(follower.output == ".bad.example\n.later.example\n.more.example\nhost.other.example\n")
    #expect(follower.state?.hold == nil && follower.disk.text("/state/hold.json") == nil)
  }

  @Test mutating func `pressed once more, a hold gives nothing back that it took`() throws {
    follower.round()
    try server.publish([".bad.example", ".old.example"])
    follower.round()
    press(.hold(Hold(reason: "mail", date: server.now)))
    follower.round()
    try server.publish([".bad.example", ".more.example", ".old.example"])
    follower.round()
    press(.hold(Hold(reason: "mail again", date: server.now)))
    follower.round()
    #expect(follower.state?.hold?.lastGood == 1)
    try follower.disk.remove("/state/withheld.txt")
    follower.round()
    #expect(follower.output == ".old.example\n")
  }

  @Test mutating func `a hold that only its own file knows is in force, whatever rounds failed before`()
    throws
  {
    follower.round()
    try server.publish([".bad.example", ".old.example"])
    follower.round()
    press(.hold(Hold(reason: "mail", date: server.now)))
    follower.round()
    follower.disk.change("/state/state.json") { octets in
      guard case .object(var state)? = try? JSONValue(parsing: octets) else { return }
      state["hold"] = nil
      octets = JSONValue.object(state).encoded()
    }
    let report = follower.round()
    #expect(report.notes.contains { $0.contains("still in force") }, "\(report.notes)")
    #expect(follower.output == ".old.example\n" && follower.state?.hold?.reason == "mail")
  }

  @Test mutating func `on hold, nothing is shown that cannot be told from what came before`() throws {
    follower.round()
    press(.hold(Hold(reason: "mail", date: server.now)))
    follower.round()
    let shown = follower.output
    try server.publish([".bad.example", ".old.example"])
    try follower.disk.remove("/state/entries.txt")
    server.lie("worst-of/1/") { _ in TransportAnswer(status: 404) }
    let report = follower.round()
    #expect(report.notes.contains("on hold: version 1 must be had again first"), "\(report.lines)")
    #expect(follower.output == shown)
  }

  @Test mutating func `a list that was lost while additions settle is taken again, and they go on settling`()
    throws
  {
    onGeneralRing()
    server.settle = until(600)
    try server.publish([".new.example", ".old.example"])
    try follower.disk.remove("/state/entries.txt")
    let report = follower.round()
    #expect(report.summary == "updated 1 2" && follower.output == ".old.example\n", "\(report.lines)")
    // Where no source has it any more, that is said.
    try server.publish([".newer.example", ".old.example"])
    try follower.disk.remove("/state/entries.txt")
    server.lie("worst-of/2/") { _ in TransportAnswer(status: 404) }
    let notes = follower.round().notes
    #expect(notes.contains("version 2 cannot be had again: what was added since then is shown at once"))
    #expect(follower.output == ".newer.example\n.old.example\n")
  }

  @Test(arguments: ["state.json", "withheld.txt"], [nil, 0.0, 0.5, 0.99])
  mutating func `what settles goes on settling, whatever one file is lost or cut short`(
    _ name: String, _ rest: Double?
  ) throws {
    onGeneralRing()
    server.settle = until(600)
    // Wider than a host that was listed, which stays blocked meanwhile.
    try server.publish([".new.example", ".old.example", ".other.example"])
    follower.round()
    let shown = ".old.example\nhost.other.example\n"
    #expect(follower.output == shown)
    let path = "/state/" + name
    if let rest {
      follower.disk.change(path) { $0 = Array($0.prefix(Int(Double($0.count) * rest))) }
    } else {
      try follower.disk.remove(path)
    }
    let before = follower.disk.files
    let report = follower.round()
    #expect(report.summary.hasSuffix(" 2") && follower.output == shown, "\(report.lines)")
    server.now.addTimeInterval(600)
    follower.round()
    #expect(follower.output == ".new.example\n.old.example\n.other.example\n")
    // The same, with something newer to take.
    follower.disk = MemoryFileSystem(files: before)
    server.now.addTimeInterval(-600)
    server.settle = until(900)
    try server.publish([".later.example", ".new.example", ".old.example", ".other.example"])
    let next = follower.round()
    #expect(next.summary.hasSuffix(" 3") && follower.output == shown, "\(next.lines)")
    server.now.addTimeInterval(600)
    follower.round()
    #expect(follower.output == ".new.example\n.old.example\n.other.example\n")
    server.now.addTimeInterval(300)
    follower.round()
    #expect(follower.output == ".later.example\n.new.example\n.old.example\n.other.example\n")
  }

  @Test mutating func `a follower that begins on the general ring shows the release as it stands`() throws {
    follower.settings.ring = .general
    server.settle = until(600)
    try server.publish([".new.example", ".old.example"])
    follower.round()
    #expect(follower.output == ".new.example\n.old.example\n")
  }

  @Test mutating func `power may go at any step of an update that settles, and nothing is shown too early`()
    throws
  {
    onGeneralRing()
    server.settle = until(600)
    try server.publish([".new.example", ".old.example"])
    let before = follower.disk.files
    for step in 0... {
      let disk = MemoryFileSystem(files: before)
      follower.disk = disk
      disk.cutPower(after: step)
      follower.round()
      let isOver = disk.steps <= step
      let shown = disk.text(Follower.entries)
      #expect(shown == ".old.example\nhost.other.example\n" || shown == ".old.example\n")
      follower.disk = MemoryFileSystem(files: disk.files)
      follower.round()
      #expect(follower.output == ".old.example\n")
      if isOver { break }
    }
  }
}
