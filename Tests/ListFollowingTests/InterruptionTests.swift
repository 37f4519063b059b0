// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import Testing

@Suite struct InterruptionTests {
  /// A power cut before every step of an update in turn; then the round that follows.
  @Test func `a power cut between any two steps leaves a whole output and a state that goes on`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example", ".worse.example"])
    let follower = Follower(server)
    follower.round()
    let (files, old) = (follower.disk.files, follower.output)
    try server.rotate(replacingOnline: true)
    try server.publish([".bad.example", ".new.test"])
    let new = ".bad.example\n.new.test\n"
    var cuts = 0
    for step in 0... {
      var victim = follower
      victim.disk = MemoryFileSystem(files: files)
      victim.disk.cutPower(after: step)
      let report = victim.round()
      if case .updated = report.outcome { break }
      cuts += 1
      #expect(victim.output == old || victim.output == new, "step \(step)")
      victim.disk = MemoryFileSystem(files: victim.disk.files)
      let next = victim.round()
      #expect(["updated 1 2", "current 2"].contains(next.summary), "step \(step): \(next.lines)")
      #expect(victim.output == new, "step \(step)")
      #expect(victim.round().summary == "current 2")
    }
    // Root, targets, snapshot, timestamp, two states, list, two outputs, the last state: three steps each.
    #expect(cuts >= 30)
  }

  @Test func `a power cut in the first round leaves nothing in the way of the next`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    for step in 0... {
      let victim = Follower(server)
      victim.disk.cutPower(after: step)
      if case .updated = victim.round().outcome { break }
      #expect(victim.output == nil || victim.output == ".bad.example\n", "step \(step)")
      var next = victim
      next.disk = MemoryFileSystem(files: victim.disk.files)
      #expect(["updated 0 1", "current 1"].contains(next.round().summary), "step \(step)")
      #expect(next.output == ".bad.example\n", "step \(step)")
    }
  }

  @Test(arguments: ["/state/entries.txt", "/state/state.json", "/state/metadata/timestamp.json"])
  func `a damaged file of the state is noticed and replaced`(path: String) throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example", ".worse.example"])
    let follower = Follower(server)
    follower.round()
    try server.publish([".bad.example", ".new.test"])
    follower.disk.change(path) { octets in
      for index in octets.indices { octets[index] = UInt8(ascii: "x") }
    }
    let report = follower.round()
    #expect(report.summary.hasSuffix(" 2"), "\(report.lines)")
    // Metadata is fetched anew in any case.
    #expect(report.notes.contains { $0.contains("damaged") } == !path.contains("metadata"), "\(report.lines)")
    #expect(follower.output == ".bad.example\n.new.test\n")
    #expect(follower.round().summary == "current 2")
  }

  @Test(arguments: ["", "{", "not JSON", #"{"signed":{},"signatures":[]}"#])
  func `a trusted root that was damaged here is told with its file, and no server is blamed`(text: String)
    throws
  {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let follower = Follower(server)
    follower.round()
    try server.publish([".new.test"])
    let path = "/state/metadata/root.json"
    follower.disk.put(text, at: path)
    guard case .failed(.local(let fault)) = follower.round().outcome else {
      Issue.record("told as something else")
      return
    }
    #expect(fault.operation == "understand" && fault.path == path && fault.reason.contains("damaged"))
    #expect(follower.output == ".bad.example\n")
    try follower.disk.remove(path)
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.output == ".new.test\n")
  }
}
