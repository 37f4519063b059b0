// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import ListFollowing
import ListFormats
import Names
import Testing

/// A running resolver that does not answer as it should with a release is brought back to the one before.
struct ToldBackTests {
  let server: SimulatedServer
  let resolvers: FakeResolvers
  var settings: FollowSettings
  let good = [".one.example"]
  let bad = [".new.example", ".www.isp.example"]

  init() throws {
    server = try SimulatedServer()
    resolvers = try FakeResolvers()
    settings = try resolvers.settings(server)
    settings.openNames = ["www.isp.example"]
    settings.targets = [try resolvers.unbound(1)]
    try server.publish(good)
  }

  private var log: String { resolvers.text(resolvers.folder + "/1.log") }
  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: resolvers.folder + "/state/resolvers").map {
      String($0.drop { $0 != "." })
    }.sorted()
  }

  @Test func `a release that blocks a name kept open is taken back, and tried again after a while only`()
    throws
  {
    #expect(resolvers.round(settings, server).summary == "updated 0 1")
    try server.publish(bad)
    let report = resolvers.round(settings, server)
    #expect(
      report.summary.contains("must stay open") && report.summary.contains("brought back to version 1"),
      "\(report.lines)")
    #expect(resolvers.zones(1) == ["one"])
    #expect(FollowStatus(of: resolvers.state, now: server.now, patience: 60) == .refused)
    #expect(resolvers.state?.told.first?.isOwing == false)
    #expect(try files() == [".told"])
    let told = log
    #expect(resolvers.round(settings, server).summary == report.summary)
    #expect(log == told)
    server.now += 901
    #expect(resolvers.round(settings, server).summary == report.summary)
    #expect(log != told && resolvers.zones(1) == ["one"])
    try server.publish(good + [".new.example"])
    #expect(resolvers.round(settings, server).summary == "updated 2 3")
    #expect(resolvers.zones(1) == ["one", "new"])
    #expect(resolvers.state?.told.first?.isBehind == false)
  }

  @Test func `one that cannot be brought back at once is later, and is told nothing else until then`() throws
  {
    resolvers.round(settings, server)
    try server.publish(bad)
    // It takes the release and fails from then on: one marker off, one on, the zones, the zone gone, the marker off and on.
    let script = resolvers.folder + "/short"
    try
      "#!/bin/sh\ncd '\(resolvers.folder)'; n=$(cat left); [ $n -gt 0 ] || exit 1; echo $((n - 1)) >left; exec sh control-1 \"$@\"\n"
      .write(toFile: script, atomically: true, encoding: .utf8)
    var short = settings
    short.targets[0].command = "sh '\(script)'"
    try "6\n".write(toFile: resolvers.folder + "/left", atomically: true, encoding: .utf8)
    let first = resolvers.round(short, server)
    #expect(first.summary.hasPrefix("unbound-control@127.0.0.1:1: "), "\(first.lines)")
    #expect(resolvers.zones(1) == ["new", "www"])
    #expect(resolvers.state?.told.first?.isOwing == true)
    let next = resolvers.round(settings, server)
    #expect(next.summary.contains("brought back to version 1"), "\(next.lines)")
    #expect(resolvers.zones(1) == ["one"])
    #expect(try files() == [".told"])
  }

  @Test func `one that has the release from a file after a restart is brought back too`() throws {
    resolvers.round(settings, server)
    try server.publish(bad)
    resolvers.round(settings, server)
    let rejected = log.split(separator: "\n").last { $0.contains(":2:") && !$0.contains("telling") }
    try (log + "\(rejected ?? "")\n").write(
      toFile: resolvers.folder + "/1.log", atomically: true, encoding: .utf8)
    try "new.example. always_nxdomain\nwww.isp.example. always_nxdomain\n".write(
      toFile: resolvers.folder + "/1.zones", atomically: true, encoding: .utf8)
    #expect(resolvers.round(settings, server).summary.contains("brought back to version 1"))
    #expect(resolvers.zones(1) == ["one"])
  }

  @Test func `what was told nothing before cannot be brought back, and says so`() throws {
    try server.publish(bad)
    let summary = resolvers.round(settings, server).summary
    #expect(summary.contains("it was told nothing before"), "\(summary)")
    #expect(resolvers.zones(1) == ["new", "www"])
    var settings = settings
    settings.allowFile = resolvers.folder + "/allow"
    try "www.isp.example\n.www.isp.example\n".write(
      toFile: resolvers.folder + "/allow", atomically: true, encoding: .utf8)
    #expect(resolvers.round(settings, server).summary == "current 2")
    #expect(resolvers.zones(1) == ["new"])
  }

  @Test func `with another stop page it is brought back to the names before, under the new page`() throws {
    resolvers.round(settings, server)
    try server.publish(bad)
    var settings = settings
    let page = try DomainName(canonical: "stop.isp.example")
    settings.action = .redirect(try #require(StopPageHost(name: page, ipv4: "192.0.2.45")))
    let summary = resolvers.round(settings, server).summary
    #expect(summary.contains("brought back to version 1"), "\(summary)")
    #expect(resolvers.zones(1) == ["one"])
    let told = log
    #expect(told.contains("local_datas one.example. 60 IN A 192.0.2.45"))
    #expect(resolvers.round(settings, server).summary == summary)
    #expect(log == told)
  }
}
