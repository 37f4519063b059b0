// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import ListFollowing
import Testing

/// Sets of many lines, on a real disk.
struct WithheldTests {
  let folder: String
  let disk = LocalFileSystem()

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/withheld-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func list(_ numbers: some Sequence<Int>, _ more: [String] = []) throws -> Blocklist {
    try Blocklist(
      entries: numbers.map { ".n\($0).example" }.map { try BlocklistEntry(parsing: $0) }
        + more.map { try BlocklistEntry(parsing: $0) })
  }

  @Test func `two hundred thousand additions are withheld, and what they cover stays`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let room = LineRoom(beside: folder + "/withheld.txt", files: disk)
    let older = try list(0..<1000, ["host.n1500.example"])
    let newer = try list(0..<201_000)
    let change = Delta(from: older, to: newer)
    var withheld = Withheld()
    withheld.withhold(change, version: 2, until: nil, in: room)
    // Once more, as after an interruption.
    withheld.withhold(change, version: 2, until: nil, in: room)
    withheld.prune(to: newer, in: room)
    #expect(withheld.count == 200_000)
    #expect(withheld.hidden(in: room) == change.additions)
    #expect(withheld.stand(in: room).map(\.text) == ["host.n1500.example"])
    withheld.prune(to: try list(0..<2000), in: room)
    #expect(withheld.count == 1000)
    withheld.prune(to: try list(0..<1000), in: room)
    #expect(withheld.count == 0 && withheld.stand(in: room).isEmpty)
    try room.check()
    // Nothing is left of what was worked out.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func `many small releases on hold come together to few batches`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let room = LineRoom(beside: folder + "/withheld.txt", files: disk)
    var withheld = Withheld()
    for number in 0..<300 {
      let change = Delta(from: try list(number * 3..<number * 3), to: try list(number * 3..<number * 3 + 3))
      withheld.withhold(change, version: UInt64(number + 2), until: .min, in: room)
    }
    #expect(withheld.count == 900 && withheld.batches.count < 12)
    #expect(withheld.hidden(in: room) == (try list(0..<900)).entries)
  }

  @Test(arguments: [(3, 3), (4, 3)])
  func `of releases, so many are remembered, and the oldest goes first`(releases: Int, left: Int) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var journal = ChangeJournal(folder: folder + "/changes", files: disk)
    journal.mostReleases = 3
    for number in 1...releases {
      let change = Delta(from: try list(0..<number), to: try list(0..<number + 1))
      try journal.note(change, UInt64(number + 1), from: UInt64(number), until: .min)
    }
    let chain = try journal.chain(from: UInt64(releases + 1))
    #expect(chain.map { Int($0.version) } == Array((releases + 2 - left...releases + 1).reversed()))
    let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/changes")
    #expect(files.count == left + 1)
  }

  @Test(arguments: [(0, 2), (1, 1)])
  func `of their lines, so many octets are remembered, and the newest release whatever it takes`(
    less: Int, left: Int
  ) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var journal = ChangeJournal(folder: folder + "/changes", files: disk)
    let first = Delta(from: try list(0..<1), to: try list(0..<200))
    let second = Delta(from: try list(0..<200), to: try list(5..<300))
    let octets = [first, second].reduce(0) { $0 + $1.additions.slab.count + $1.removals.slab.count }
    journal.mostOctets = octets - less
    try journal.note(first, 2, from: 1, until: .min)
    try journal.note(second, 3, from: 2, until: nil)
    let chain = try journal.chain(from: 3)
    #expect(chain.count == left && chain.first?.delta() == second)
    journal.mostOctets = 1
    try journal.note(first, 4, from: 3, until: nil)
    #expect(try journal.chain(from: 4).map(\.version) == [4])
  }

  @Test func `what was noted of a release that did not come through is forgotten with the next`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let journal = ChangeJournal(folder: folder + "/changes", files: disk)
    let change = Delta(from: try list(0..<1), to: try list(0..<2))
    try journal.note(change, 2, from: 1, until: .min)
    try journal.note(change, 3, from: 1, until: .min)
    #expect(try journal.chain(from: 2).isEmpty)
    #expect(try journal.chain(from: 3).map(\.from) == [1])
  }
}
