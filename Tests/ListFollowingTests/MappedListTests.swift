// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import ListFollowing
import ListFormats
import Testing

/// A follower on a real disk, where the list is mapped and written part by part.
struct MappedListTests {
  let folder: String
  let server: SimulatedServer
  let disk = LocalFileSystem()

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/mapped-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    server = try SimulatedServer()
    try Data(server.firstRoot).write(to: URL(fileURLWithPath: folder + "/root.json"))
  }

  /// Lines long enough for several runs.
  private func entries(_ numbers: Range<Int>) -> [String] {
    let filler = String(repeating: "x", count: 60)
    return numbers.map { "\($0 % 3 == 0 ? "" : ".")n\($0).\(filler).\(filler).example" }
  }

  private func round(_ change: (inout FollowSettings) -> Void = { _ in }) -> FollowReport {
    var settings = FollowSettings(
      list: server.list, stateDirectory: folder + "/state", rootFile: folder + "/root.json",
      outputs: ListFormat.allCases.map { .init(format: $0, path: "\(folder)/\($0.rawValue)") })
    settings.sendsReceipts = false
    settings.acceptsLargeChange = true
    change(&settings)
    return FollowRound(settings: settings, transport: server, files: disk, now: server.now).run()
  }

  private func file(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: "\(folder)/\(name)").map(Array.init)
  }

  private func expectOutputs(_ list: Blocklist, version: UInt64) throws {
    let options = RenderOptions(list: server.list, version: ListVersion(version))
    for format in ListFormat.allCases {
      #expect(file(format.rawValue) == format.render(list, options: options).octets)
    }
  }

  @Test(arguments: [false, true])
  func `a list of many runs is synced, changed and replaced, and every output is what it is from memory`(
    _ speaksCompact: Bool
  ) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    server.speaksCompact = speaksCompact
    try server.publish(entries(0..<9000))
    #expect(round().summary == "updated 0 1")
    try expectOutputs(server.releases[1], version: 1)
    try server.publish(entries(5..<9003))
    #expect(round().summary == "updated 1 2")
    try expectOutputs(server.releases[2], version: 2)
    #expect(round().summary == "current 2")
    try Data("\n".utf8).write(to: URL(fileURLWithPath: folder + "/state/entries.txt"))
    #expect(round().summary == "updated 0 2")
    #expect(file("state/entries.txt") == server.releases[2].octets)
  }

  @Test func `overrides of a mapped list come out as those of one in memory`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lines = [
      "a.example", ".b.example", ".c.b2.example", "d.c.b3.example", ".e.test", "f.test", "-h.example",
      ".g.invalid",
    ]
    try server.publish(lines)
    try Data("f.test\nx.b.example\n.b3.example\n".utf8).write(to: URL(fileURLWithPath: folder + "/allow"))
    try Data("new.example\n.b2.example\nsub.e.test\n".utf8).write(to: URL(fileURLWithPath: folder + "/deny"))
    _ = round {
      $0.allowFile = folder + "/allow"
      $0.denyFile = folder + "/deny"
    }
    let expected = ["a.example", ".b2.example", ".e.test", "-h.example", ".g.invalid", "new.example"]
    let list = try Blocklist(entries: expected.map { line in try BlocklistEntry(parsing: line) })
    #expect(file("entries.txt") == list.octets)
  }

  @Test func `a mapped file lends its octets, and what is let go comes back`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let octets = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
    try Data(octets).write(to: URL(fileURLWithPath: folder + "/octets"))
    let slab = try #require(try disk.map(folder + "/octets", maximumOctets: 100_000))
    #expect(slab.octets == octets)
    slab.relax()
    slab.relax(5000..<60_000)
    #expect(slab == Slab(octets) && slab.dropFirst(32) == Slab(Array(octets.dropFirst(32))))
    #expect(slab.dropFirst(32).digest == Slab(Array(octets.dropFirst(32))).digest)
    #expect(throws: FileFault.self) { try disk.map(folder + "/octets", maximumOctets: 99_999) }
    #expect(try disk.map(folder + "/missing", maximumOctets: 1) == nil)
  }
}
