// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import HTTPMessages
import ListFollowing
import Testing

struct TextfileTests {
  let server: SimulatedServer
  var follower: Follower

  init() throws {
    server = try SimulatedServer()
    follower = Follower(server)
    follower.settings.textfile = "/metrics/cordon.prom"
    try server.publish([".one.example", "two.example"])
  }

  var lines: [String] {
    (follower.disk.text("/metrics/cordon.prom") ?? "").split(separator: "\n").map(String.init)
  }

  @Test func `the textfile tells version, success and what each output carries`() {
    follower.round()
    let now = Int(server.now.timeIntervalSince1970)
    #expect(lines.contains("cordon_follow_version{list=\"worst-of\"} 1"))
    #expect(lines.contains("cordon_follow_last_success_timestamp_seconds{list=\"worst-of\"} \(now)"))
    #expect(lines.contains("cordon_follow_last_round{list=\"worst-of\",outcome=\"updated\"} 1"))
    #expect(lines.contains("cordon_follow_last_round{list=\"worst-of\",outcome=\"refused\"} 0"))
    #expect(
      lines.contains("cordon_follow_output_entries{list=\"worst-of\",path=\"\(Follower.entries)\"} 2"))
    #expect(!lines.contains { $0.contains("one.example") || $0.contains("two.example") })
  }

  @Test func `a refusal shows, and the last success stays`() throws {
    follower.round()
    let first = Int(server.now.timeIntervalSince1970)
    server.now = server.now.addingTimeInterval(60)
    try server.publish([".three.example"])
    server.flip("changes")
    follower.round()
    #expect(lines.contains("cordon_follow_last_round{list=\"worst-of\",outcome=\"refused\"} 1"))
    #expect(lines.contains("cordon_follow_version{list=\"worst-of\"} 1"))
    #expect(lines.contains("cordon_follow_last_success_timestamp_seconds{list=\"worst-of\"} \(first)"))
    #expect(
      lines.contains("cordon_follow_last_round_timestamp_seconds{list=\"worst-of\"} \(first + 60)"))
  }

  @Test func `before any success there is an outcome but no version`() {
    server.lie("timestamp") { _ in TransportAnswer(status: 0) }
    follower.round()
    #expect(lines.contains("cordon_follow_last_round{list=\"worst-of\",outcome=\"unreachable\"} 1"))
    #expect(!lines.contains { $0.hasPrefix("cordon_follow_version") })
  }

  @Test func `another root file than the first is told to be unused; the first and the newest are not`()
    throws
  {
    follower.round()
    #expect(follower.round().notes.isEmpty)
    let other = try SimulatedServer()
    follower.disk.put(String(decoding: other.firstRoot, as: UTF8.self), at: "/root.json")
    #expect(follower.round().notes.contains { $0.hasPrefix("--root /root.json is not used") })
    try server.rotate()
    follower.disk.put(String(decoding: server.firstRoot, as: UTF8.self), at: "/root.json")
    follower.round()
    let newest = server.files["metadata/2.root.json"] ?? []
    follower.disk.put(String(decoding: newest, as: UTF8.self), at: "/root.json")
    #expect(follower.round().notes.isEmpty)
  }
}
