// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import ListFormats
import Names
import Testing

@Suite struct UnboundBatchesTests {
  private func batches(
    _ old: [String], _ new: [String], action: BlockAction = .nxdomain, replacing: Bool = false
  ) throws -> [String] {
    func blocklist(_ entries: [String]) throws -> Blocklist {
      try Blocklist(entries: entries.map { try BlocklistEntry(parsing: $0) })
    }
    let delta = Delta(from: try blocklist(old), to: try blocklist(new))
    let options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(2), action: action)
    var found: [String] = []
    UnboundBatches(options: options).forEach(in: delta, replacing: replacing) {
      found.append("\($0.command): " + String(decoding: $0.input, as: UTF8.self))
    }
    return found
  }

  @Test func `what is listed comes first and what is not any more is removed`() throws {
    #expect(
      try batches([".gone.example", "kept.example"], [".new.example", "host.example", "kept.example"]) == [
        "local_zones: new.example. always_nxdomain\nhost.example. transparent\n",
        "local_datas: host.example. 60 IN TXT blocked\n",
        "local_zones_remove: gone.example.\n",
      ])
  }

  @Test func `a name that changes its scope is not removed`() throws {
    #expect(try batches(["a.example"], [".a.example"]) == ["local_zones: a.example. always_nxdomain\n"])
    #expect(
      try batches([".a.example"], ["a.example"]) == [
        "local_zones: a.example. transparent\n", "local_datas: a.example. 60 IN TXT blocked\n",
      ])
  }

  @Test func `a command has at most a thousand lines, and data follows its zone`() throws {
    let found = try batches([], (0..<2001).map { "name-\($0).example" })
    var known: Set<Substring> = []
    for batch in found {
      let lines = batch.drop { $0 != " " }.dropFirst().split(separator: "\n")
      #expect(lines.count <= UnboundBatches.lines)
      for line in lines {
        let name = line.prefix { $0 != " " }
        if batch.hasPrefix("local_zones:") { known.insert(name) } else { #expect(known.contains(name)) }
      }
    }
    #expect(known.count == 2001)
  }

  @Test func `an answer told before is taken away right before the new one, 500 names at a time`() throws {
    #expect(
      try batches([], [".new.example", "host.example"], replacing: true) == [
        "local_zones: new.example. always_nxdomain\nhost.example. transparent\n",
        "local_datas_remove: new.example.\nhost.example.\n",
        "local_datas: host.example. 60 IN TXT blocked\n",
      ])
    let page = try #require(
      StopPageHost(name: try DomainName(canonical: "stop.example"), ipv4: "192.0.2.1", ipv6: "2001:db8::1"))
    let found = try batches(
      [], (0..<501).map { ".name-\($0).example" }, action: .redirect(page), replacing: true)
    #expect(
      found.map { batch in "\(batch.prefix { $0 != ":" }) \(batch.split(separator: "\n").count)" } == [
        "local_zones 500", "local_datas_remove 500", "local_datas 1000",
        "local_zones 1", "local_datas_remove 1", "local_datas 2",
      ])
  }

  @Test func `what is removed alone is what has no place in the list under any scope`() throws {
    func blocklist(_ entries: [String]) throws -> Blocklist {
      try Blocklist(entries: entries.map { try BlocklistEntry(parsing: $0) })
    }
    let delta = Delta(
      from: try blocklist([".gone.example", ".scope.example"]),
      to: try blocklist(["new.example", "scope.example"]))
    var found: [String] = []
    let options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(2))
    UnboundBatches(options: options).forEachRemoval(in: delta) {
      found.append("\($0.command): " + String(decoding: $0.input, as: UTF8.self))
    }
    #expect(found == ["local_zones_remove: gone.example.\n"])
  }

  @Test func `a stop page is a zone that redirects, with its addresses`() throws {
    let page = try #require(
      StopPageHost(name: try DomainName(canonical: "stop.example"), ipv4: "192.0.2.1", ipv6: "2001:db8::1"))
    #expect(
      try batches([], [".new.example"], action: .redirect(page)) == [
        "local_zones: new.example. redirect\n",
        "local_datas: new.example. 60 IN A 192.0.2.1\nnew.example. 60 IN AAAA 2001:db8::1\n",
      ])
  }
}
