// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import Testing

@Suite struct OverrideTests {
  private func follower() throws -> (SimulatedServer, Follower) {
    let server = try SimulatedServer()
    try server.publish([".bad.example", "host.worse.example", ".third.test"])
    var follower = Follower(server)
    follower.settings.allowFile = "/allow"
    follower.settings.denyFile = "/deny"
    follower.disk.put("", at: "/allow")
    follower.disk.put("", at: "/deny")
    return (server, follower)
  }

  @Test func `denied entries are added and allowed names left out`() throws {
    let (_, follower) = try follower()
    follower.disk.put("# ours\n\n.own.example\r\n", at: "/deny")
    follower.disk.put("good.bad.example\n.worse.example\n", at: "/allow")
    #expect(follower.round().summary == "updated 0 1")
    #expect(follower.output == ".own.example\n.third.test\n")
  }

  @Test func `allowing wins over denying`() throws {
    let (_, follower) = try follower()
    follower.disk.put("both.example\n", at: "/deny")
    follower.disk.put("both.example\n", at: "/allow")
    follower.round()
    #expect(follower.output == ".bad.example\n.third.test\nhost.worse.example\n")
  }

  @Test func `a change of overrides alone writes the outputs anew`() throws {
    let (_, follower) = try follower()
    follower.round()
    follower.disk.put(".third.test\n", at: "/allow")
    #expect(follower.round().summary == "current 1")
    #expect(follower.output == ".bad.example\nhost.worse.example\n")
  }

  @Test func `a line that is no entry is named by number and changes nothing`() throws {
    let (_, follower) = try follower()
    follower.round()
    let before = follower.outputs
    follower.disk.put("# fine\nNot A Name\n", at: "/allow")
    #expect(follower.round().summary == "/allow line 2: not a canonical entry (name or .name)")
    #expect(follower.outputs == before)
  }

  @Test func `a missing overrides file stops the round`() throws {
    let (_, follower) = try follower()
    try follower.disk.remove("/deny")
    #expect(follower.round().summary == "cannot read /deny: no such file")
    #expect(follower.output == nil)
  }
}
