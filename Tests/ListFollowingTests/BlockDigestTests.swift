// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import ListFollowing
import ListFormats
import Testing

struct BlockDigestTests {
  private func lines(_ numbers: Range<Int>) -> [String] { numbers.map { ".n\($0).example" } }

  @Test(arguments: [false, true])
  func `a follower goes on over services with block digests and without`(speaksCompact: Bool) throws {
    let server = try SimulatedServer()
    server.speaksCompact = speaksCompact
    let follower = Follower(server)
    var expected: UInt64 = 0
    for signs in [false, true, true, false, true] {
      server.signsBlocks = signs
      try server.publish(lines(Int(expected)..<100 + 2 * Int(expected)))
      #expect(follower.round().summary == "updated \(expected) \(expected + 1)")
      expected += 1
      #expect(follower.disk.files["/state/entries.txt"] == server.releases[Int(expected)].octets)
      #expect(follower.round().summary == "current \(expected)")
      #expect(follower.state?.applied?.blocks == ListBlocks(of: server.releases[Int(expected)].slab).digest)
    }
    #expect(server.requests.filter { $0.contains("entries.txt") }.count <= 1)
  }

  @Test func `a state without block digests is gone on from`() throws {
    let server = try SimulatedServer()
    try server.publish(lines(0..<100))
    let follower = Follower(server)
    follower.round()
    let state = try #require(follower.disk.text("/state/state.json"))
    let older = state.replacing(/,\s*"blocks": *"[0-9a-f]{64}"/, with: "")
    #expect(older != state)
    follower.disk.put(older, at: "/state/state.json")
    #expect(follower.round().summary == "current 1")
    try server.publish(lines(3..<104))
    #expect(follower.round().summary == "updated 1 2")
    #expect(follower.state?.applied?.blocks != nil)
  }

  @Test func `a change whose blocks are not the signed ones is refused, and the whole list taken instead`()
    throws
  {
    let server = try SimulatedServer()
    try server.publish(lines(0..<100))
    let follower = Follower(server)
    follower.round()
    server.wrongBlocks = SHA256Digest(hashing: [])
    try server.publish(lines(2..<101))
    #expect(follower.round().check == "delta-digest")
    #expect(follower.disk.files["/state/entries.txt"] == server.releases[1].octets)
    #expect(follower.round().summary == "updated 1 2")
    server.wrongBlocks = nil
    try server.publish(lines(4..<102))
    #expect(follower.round().summary == "updated 2 3")
  }

  @Test func `a process that keeps running finds what was done to its file`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/blocks-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try SimulatedServer()
    try Data(server.firstRoot).write(to: URL(fileURLWithPath: folder + "/root.json"))
    var settings = FollowSettings(
      list: server.list, stateDirectory: folder + "/state", rootFile: folder + "/root.json",
      outputs: [.init(format: .entries, path: folder + "/entries.txt")])
    settings.sendsReceipts = false
    let memory = ListMemory()
    func round() -> String {
      var round = FollowRound(
        settings: settings, transport: server, files: LocalFileSystem(), now: server.now)
      round.memory = memory
      return round.run().summary
    }
    let entries = URL(fileURLWithPath: folder + "/state/entries.txt")
    try server.publish(lines(0..<300))
    #expect(round() == "updated 0 1")
    for version in 2...5 as ClosedRange<UInt64> {
      try server.publish(lines(Int(version)..<300 + Int(version)))
      #expect(round() == "updated \(version - 1) \(version)")
      #expect(round() == "current \(version)")
    }
    // One octet, in place, with the length it had.
    let file = try FileHandle(forUpdating: entries)
    try file.seek(toOffset: 700)
    try file.write(contentsOf: Data("!".utf8))
    try file.close()
    #expect(round() == "updated 0 5")
    try Data(server.releases[4].octets).write(to: entries)
    #expect(round() == "updated 0 5")
    try FileManager.default.removeItem(at: entries)
    #expect(round() == "updated 0 5")
    #expect(try Array(Data(contentsOf: entries)) == server.releases[5].octets)
  }
}
