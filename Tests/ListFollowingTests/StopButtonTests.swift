// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import StrictJSON
import Testing

/// How far a hold goes back, and what it says where it cannot.
@Suite struct StopButtonTests {
  private let server: SimulatedServer
  private var follower: Follower

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    follower.settings.outputs.removeFirst()
    follower.settings.textfile = "/metrics"
  }

  private func press(lastGood: UInt64? = nil) -> FollowReport {
    let request = HoldRequest.hold(Hold(reason: "mail", date: server.now, lastGood: lastGood))
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
    return follower.round()
  }

  private func publish(_ entries: [String]) throws {
    try server.publish(entries)
    follower.round(acceptingLargeChange: true)
  }

  @Test func `a hold takes back more than twenty thousand additions`() throws {
    try publish([".old.example"])
    try publish([".old.example"] + (0..<20_001).map { "n\($0).example" })
    let report = press()
    #expect(report.leftOut == nil && follower.output == ".old.example\n")
    #expect(follower.state?.withheld == 20_001)
  }

  @Test func `what came with the first list cannot be taken back, and that is told`() throws {
    try server.publish([".one.example"])
    try server.publish([".one.example", ".two.example"])
    try publish([".one.example", ".two.example", ".three.example"])
    try publish([".four.example", ".one.example", ".two.example", ".three.example"])
    let report = press(lastGood: 1)
    // What is known to be later is taken back, all else stays and is counted.
    #expect(follower.output == ".one.example\n.three.example\n.two.example\n")
    #expect(report.summary == "current 4" && report.leftOut == .hold(upTo: 3, entries: 3))
    #expect(FollowStatus(of: follower.state, now: server.now, patience: 60) == .refused)
    #expect(follower.state?.lastAttempt?.check == "hold")
    #expect(follower.disk.text("/metrics")?.contains("hold_undated_entries{list=\"worst-of\"} 3\n") == true)
    follower.disk.put(
      String(decoding: HoldRequest.release.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
    #expect(follower.round().leftOut == nil)
    #expect(follower.disk.text("/metrics")?.contains("hold_undated_entries{list=\"worst-of\"} 0\n") == true)
  }

  @Test func `a hold right after the first list says that it takes nothing back`() throws {
    try publish([".one.example", ".two.example"])
    #expect(press().leftOut == .hold(upTo: 1, entries: 2))
    try publish([".one.example", ".three.example"])
    #expect(follower.output == ".one.example\n")
  }

  @Test func `a hold whose memory of a release is lost says so`() throws {
    for count in 1...4 { try publish((0..<count).map { ".n\($0).example" }) }
    try follower.disk.remove("/state/changes/3.txt")
    #expect(press(lastGood: 1).leftOut == .hold(upTo: 3, entries: 3))
    #expect(follower.output == ".n0.example\n.n1.example\n.n2.example\n")
  }

  @Test func `a hold gives back what a taken back entry replaced`() throws {
    try publish(["bad.example", "x.deep.example"])
    try publish([".bad.example", ".deep.example"])
    #expect(press().leftOut == nil)
    #expect(follower.output == "bad.example\nx.deep.example\n")
    // Also through several releases, and when the file that says so is lost.
    try follower.disk.remove("/state/withheld.txt")
    follower.round()
    #expect(follower.output == "bad.example\nx.deep.example\n")
    try publish([".deep.example"])
    #expect(follower.output == "x.deep.example\n")
  }

  @Test func `replaced step by step, what was blocked at the last good release stays blocked, and no more`()
    throws
  {
    try publish(["a.b.bad.example", ".narrow.example"])
    try publish([".b.bad.example", "n.narrow.example"])
    try publish([".bad.example", "n.narrow.example"])
    _ = press(lastGood: 1)
    #expect(follower.output == "a.b.bad.example\nn.narrow.example\n")
  }

  @Test func `what was taken off and listed again after the last good release stays blocked`() throws {
    try publish([".again.example", ".old.example"])
    try publish([".old.example"])
    try publish([".again.example", ".new.example", ".old.example"])
    _ = press(lastGood: 1)
    #expect(follower.output == ".again.example\n.old.example\n")
  }

  @Test func `what is not shown yet is not shown because a wider entry replaces it`() throws {
    var follower = follower
    follower.settings.ring = .general
    try server.publish([".old.example"])
    follower.round()
    server.settle = ["until": .string("2100-01-01T00:00:00Z")]
    try server.publish([".b.bad.example", ".old.example"])
    follower.round()
    try server.publish([".bad.example", ".old.example"])
    follower.round()
    #expect(follower.output == ".old.example\n")
  }

  @Test func `releases that came as one change are taken back as one, which is told`() throws {
    try publish([".one.example"])
    try server.publish([".one.example", ".two.example"])
    try publish([".one.example", ".three.example", ".two.example"])
    let report = press(lastGood: 2)
    #expect(report.notes.contains { $0.hasPrefix("versions 2 to 3 came as one change") }, "\(report.lines)")
    #expect(follower.output == ".one.example\n")
  }

  @Test func `a request left while another is taken is heeded too`() throws {
    try publish([".old.example"])
    try publish([".new.example", ".old.example"])
    let disk = follower.disk
    let pressing = PressingFileSystem(disk)
    disk.put(
      String(decoding: HoldRequest.hold(Hold(reason: "mail", date: server.now)).octets, as: UTF8.self),
      at: HoldRequest.path(in: "/state"))
    func round(_ files: any FileSystem) {
      _ = FollowRound(settings: follower.settings, transport: server, files: files, now: server.now).run()
    }
    round(pressing)
    round(disk)
    #expect(pressing.isPressed)
    #expect(follower.state?.hold == nil && follower.output == ".new.example\n.old.example\n")
  }

  @Test func `power may go at any step of a hold, and the request is heeded all the same`() throws {
    try publish([".old.example"])
    try publish([".new.example", ".old.example"])
    let request = HoldRequest.hold(Hold(reason: "mail", date: server.now))
    follower.disk.put(String(decoding: request.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
    let before = follower.disk.files
    var follower = follower
    for step in 0... {
      let disk = MemoryFileSystem(files: before)
      follower.disk = disk
      disk.cutPower(after: step)
      follower.round()
      let isOver = disk.steps <= step
      follower.disk = MemoryFileSystem(files: disk.files)
      follower.round()
      #expect(follower.output == ".old.example\n" && follower.state?.hold?.reason == "mail", "step \(step)")
      #expect(follower.disk.files.keys.allSatisfy { !$0.contains("hold-request") })
      if isOver { break }
    }
  }

  @Test func `what an earlier program withheld stays withheld`() throws {
    try publish([".old.example"])
    try publish([".new.example", ".old.example"])
    _ = press()
    follower.disk.put(
      "withheld 2\n+ 2 \(Int64.min) .new.example\nend 1\n", at: "/state/withheld.txt")
    follower.round()
    #expect(follower.output == ".old.example\n")
  }
}

/// Has the hold released by somebody while the follower is busy with the request before.
private final class PressingFileSystem: FileSystem {
  private let disk: MemoryFileSystem

  init(_ disk: MemoryFileSystem) { self.disk = disk }

  var isPressed: Bool { disk.writes.contains { $0.hasSuffix(".hold.json.new") } }

  func write(_ octets: [UInt8], to path: String, like stamp: FileStamp) throws(FileFault) {
    try disk.write(octets, to: path, like: stamp)
    if path.hasSuffix(".hold.json.new") {
      disk.put(
        String(decoding: HoldRequest.release.octets, as: UTF8.self), at: HoldRequest.path(in: "/state"))
    }
  }
  func read(_ path: String, maximumOctets: Int) throws(FileFault) -> [UInt8]? {
    try disk.read(path, maximumOctets: maximumOctets)
  }
  func stamp(of path: String) throws(FileFault) -> FileStamp? { try disk.stamp(of: path) }
  func rename(_ path: String, to newPath: String) throws(FileFault) { try disk.rename(path, to: newPath) }
  func link(_ path: String, as newPath: String) throws(FileFault) { try disk.link(path, as: newPath) }
  func renew(_ path: String) throws(FileFault) { try disk.renew(path) }
  func synchronize(directory: String) throws(FileFault) { try disk.synchronize(directory: directory) }
  func remove(_ path: String) throws(FileFault) { try disk.remove(path) }
  func makeDirectory(_ path: String) throws(FileFault) {}
}
