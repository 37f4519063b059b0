// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import ListFormats
import Testing

/// What a file or a resolver cannot carry is counted, and told in every place that is looked at.
struct LeftOutTests {
  let server: SimulatedServer
  let resolvers: FakeResolvers

  init() throws {
    server = try SimulatedServer()
    resolvers = try FakeResolvers()
  }

  /// A name of so many octets.
  private func name(_ octets: Int) -> String {
    let filler = String(repeating: String(repeating: "x", count: 29) + ".", count: 20)
    return String(filler.suffix(octets - "example".utf8.count)) + "example"
  }

  /// An nsupdate that takes all, and a zone that says what its marker said last.
  private func zone(_ port: UInt16) throws -> ResolverTarget {
    ResolverTarget(
      kind: .nsupdatePrimary, address: try resolvers.address(port),
      command: "cat >>'\(resolvers.folder)/\(port).log'",
      transferCommand:
        "printf '%s 60 IN %s\\n' rpz.cordon.invalid. 'SOA localhost. h. 1 300 60 604800 60' rpz.cordon.invalid. 'NS localhost.'"
    )
  }

  @Test func `the names that a told zone has no room for are counted, and none that it has room for`() throws
  {
    // rpz.cordon.invalid and a dot leave 234 octets, and a subtree needs two for its asterisk.
    try server.publish([
      name(234), name(235), "." + name(232), "." + name(233), ".one.example",
    ])
    var settings = try resolvers.settings(server)
    settings.outputs = []
    settings.textfile = resolvers.folder + "/metrics"
    settings.targets = [try zone(1)]
    let report = resolvers.round(settings, server)
    #expect(report.summary == "updated 0 1", "\(report.lines)")
    #expect(
      report.notes == [
        "nsupdate-primary@127.0.0.1:1: 2 entries cannot be expressed in its zone and are left out"
      ])
    #expect(resolvers.state?.told.first?.omitted == 2)
    let line = "resolver_omitted_entries{list=\"worst-of\",resolver=\"nsupdate-primary@127.0.0.1:1\"} 2\n"
    #expect(resolvers.text(resolvers.folder + "/metrics").contains(line))
    try server.publish([".one.example", name(235)])
    #expect(resolvers.round(settings, server).notes.count == 1)
    #expect(resolvers.state?.told.first?.omitted == 1)
    try server.publish([".one.example"])
    #expect(resolvers.round(settings, server).notes.isEmpty)
    #expect(resolvers.state?.told.first?.omitted == 0)
  }

  @Test func `subtrees that a hosts file carries as one name are counted`() throws {
    try server.publish([".one.example", ".two.example", "three.example"])
    var settings = try resolvers.settings(server)
    settings.outputs = [.init(format: .hosts, path: resolvers.folder + "/hosts")]
    settings.textfile = resolvers.folder + "/metrics"
    let note = "\(resolvers.folder)/hosts: 2 entries are carried as the name alone, without what is below it"
    #expect(resolvers.round(settings, server).notes == [note])
    #expect(resolvers.state?.outputs.first?.narrowed == 2)
    let line = "output_narrowed_entries{list=\"worst-of\",path=\"\(resolvers.folder)/hosts\"} 2\n"
    #expect(resolvers.text(resolvers.folder + "/metrics").contains(line))
    // Told when it is written, and kept: a round with nothing new has nothing to say.
    #expect(resolvers.round(settings, server).notes.isEmpty)
    #expect(resolvers.state?.outputs.first?.narrowed == 2)
  }
}
