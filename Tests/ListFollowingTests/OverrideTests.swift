// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import ListFormats
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

  @Test func `where a format has exceptions, a name allowed below a subtree opens itself alone`() throws {
    let (_, made) = try follower()
    var follower = made
    follower.settings.outputs += [
      .init(format: .unbound, path: "/unbound"), .init(format: .dnsmasq, path: "/dnsmasq"),
      .init(format: .squid, path: "/squid"),
    ]
    follower.settings.textfile = "/textfile"
    follower.disk.put(
      "good.deep.bad.example\n.open.third.test\nlow.open.third.test\nhost.worse.example\n", at: "/allow")
    let report = follower.round()
    let zone = try #require(follower.disk.text(Follower.rpz)).split(separator: "\n").filter {
      $0.contains("CNAME")
    }
    #expect(
      zone == [
        "bad.example CNAME .", "*.bad.example CNAME .", "third.test CNAME .", "*.third.test CNAME .",
        "deep.bad.example CNAME .", "*.deep.bad.example CNAME .", "open.third.test CNAME rpz-passthru.",
        "*.open.third.test CNAME rpz-passthru.", "good.deep.bad.example CNAME rpz-passthru.",
        "*.good.deep.bad.example CNAME .",
      ])
    #expect(
      follower.disk.text("/unbound")?.hasSuffix(
        """
        local-zone: "bad.example." always_nxdomain
        local-zone: "third.test." always_nxdomain
        local-zone: "open.third.test." always_transparent
        local-zone: "good.deep.bad.example." always_transparent

        """) == true)
    #expect(
      follower.disk.text("/dnsmasq")?.hasSuffix(
        "local=/bad.example/\nlocal=/third.test/\nserver=/open.third.test/#\nserver=/good.deep.bad.example/#\n"
      ) == true)
    #expect(follower.disk.text("/squid")?.contains("bad.example") == false)
    #expect(
      report.notes
        == [Follower.entries, "/squid"].map { "\($0): 2 listed subtrees are open because of --allow" })
    #expect(follower.state?.openSubtrees == 2)
    #expect(
      follower.disk.text("/textfile")?.contains("cordon_follow_open_subtrees{list=\"worst-of\"} 2") == true)
    follower.disk.put("", at: "/allow")
    #expect(follower.round().notes.isEmpty && follower.state?.openSubtrees == 0)
  }

  @Test func `a listed subtree whose own name is allowed stays blocked below it, in a policy zone`() throws {
    let (_, made) = try follower()
    var follower = made
    follower.settings.outputs.append(.init(format: .unbound, path: "/unbound"))
    follower.disk.put("bad.example\n", at: "/allow")
    let report = follower.round()
    let zone = try #require(follower.disk.text(Follower.rpz))
    #expect(zone.contains("\nbad.example CNAME rpz-passthru.\n*.bad.example CNAME .\n"))
    #expect(!zone.contains("\nbad.example CNAME .\n"))
    #expect(follower.disk.text("/unbound")?.contains("bad.example") == false)
    #expect(report.notes.contains("/unbound: 1 listed subtrees are open because of --allow"))
    #expect(!report.notes.contains { $0.hasPrefix(Follower.rpz) })
  }

  @Test func `a name too long for the policy zone opens its subtree there, as before, and that is told`()
    throws
  {
    let (_, follower) = try follower()
    let label = String(repeating: "a", count: 60)
    let long = "\(label).\(label).\(label).\(String(repeating: "b", count: 40)).bad.example"
    follower.disk.put(long + "\n", at: "/allow")
    let report = follower.round()
    #expect(follower.disk.text(Follower.rpz)?.contains("bad.example") == false)
    #expect(report.notes.contains("\(Follower.rpz): 1 listed subtrees are open because of --allow"))
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
