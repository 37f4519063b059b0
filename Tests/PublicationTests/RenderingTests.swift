// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import FoundationEssentials
import ListFormats
import Ingest
import Publication
import Records
import Testing

@Suite struct RenderingTests {
  private func world() async throws -> World {
    let world = try await World()
    try await world.list("http://one.example/")
    _ = try await world.publisher.publish(world.list, under: .empty, act: world.act)
    return world
  }

  private func files(_ publisher: Publisher, _ list: ListName) throws -> [ListFormat: PublishedFile] {
    try #require(publisher.current.lists[list]).files
  }

  @Test func `what was signed is rendered after a start only when it is asked for, to the same octets`()
    async throws
  {
    let world = try await world()
    let before = try files(world.publisher, world.list)
    let after = try files(try await world.otherPublisher(), world.list)
    #expect(before.values.allSatisfy { $0.isAtHand })
    #expect(after.filter { $0.value.isAtHand }.map { $0.key } == [.entries])
    for format in ListFormat.allCases {
      let (one, other) = (try #require(before[format]), try #require(after[format]))
      #expect(one == other && one.length == other.length)
      #expect(one.octets == other.octets && other.octets.count == other.length)
      #expect(SHA256Digest(hashing: other.octets) == other.digest)
      #expect(other.isAtHand)
    }
  }

  @Test func `without room each file is rendered whenever it is asked for`() async throws {
    let world = try await world()
    let other = try await world.otherPublisher(renderedOctets: 0)
    for (format, file) in try files(other, world.list) {
      #expect(file.octets.count == file.length)
      #expect(file.isAtHand == (format == .entries))
    }
  }

  @Test func `room for one file, and one octet less`() async throws {
    let world = try await world()
    let length = try #require(try files(world.publisher, world.list)[.rpz]).length
    for (room, isKept) in [(length, true), (length - 1, false)] {
      let file = try #require(
        try files(try await world.otherPublisher(renderedOctets: room), world.list)[.rpz])
      #expect(file.octets.count == length)
      #expect(file.isAtHand == isKept)
    }
  }

  @Test func `what was used last stays when room is short`() async throws {
    let world = try await world()
    let sizes = try files(world.publisher, world.list).mapValues(\.length)
    let (one, two) = (try #require(sizes[.rpz]), try #require(sizes[.unbound]))
    let room = one + two
    let all = try files(try await world.otherPublisher(renderedOctets: room), world.list)
    let (zone, unbound, squid) = (
      try #require(all[.rpz]), try #require(all[.unbound]), try #require(all[.squid])
    )
    _ = (zone.octets, unbound.octets, zone.octets, squid.octets)
    #expect(zone.isAtHand && squid.isAtHand && !unbound.isAtHand)
  }

  @Test func `another zone than the signed one is rendered at the start`() async throws {
    let world = try await world()
    let other = try await world.otherPublisher(zone: "other.invalid")
    let file = try #require(try files(other, world.list)[.rpz])
    #expect(file.isAtHand && String(decoding: file.octets, as: UTF8.self).contains("$ORIGIN other.invalid."))
  }
}
