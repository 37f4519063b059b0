// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Compression
import HTTPMessages
import Publication
import Testing

/// Answers packed for transfer.
@Suite struct CodingTests {
  private static let path = "/v1/lists/worst-of/latest/entries.txt"

  private func world() async throws -> World {
    let world = try await World()
    try await world.list((0..<100).map { "https://name-\($0).example/" })
    await world.publisher.packed()
    return world
  }

  @Test func `a reader gets the coding it likes best, each with a tag of its own`() async throws {
    let world = try await world()
    let plain = try await world.get(Self.path, as: "isp-coral")
    #expect(plain["Content-Encoding"] == nil && plain["Vary"] == "Accept-Encoding")
    var tags: Set<String> = [try #require(plain["ETag"])]
    for (accept, coding) in [("gzip", "gzip"), ("zstd, gzip", "zstd")] {
      let reply = try await world.get(Self.path, as: "isp-coral", fields: ["Accept-Encoding": accept])
      #expect(reply["Content-Encoding"] == coding && reply["Vary"] == "Accept-Encoding")
      let octets =
        coding == "gzip"
        ? try Gzip.decompress(reply.octets, length: plain.octets.count)
        : try Zstandard.decompress(reply.octets[...], length: plain.octets.count)
      #expect(octets == plain.octets)
      tags.insert(try #require(reply["ETag"]))
    }
    #expect(tags.count == 3)
  }

  @Test(
    arguments: [
      ("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"), ("gzip;q=1, zstd;q=0.5", "gzip"),
      ("*", "zstd"), ("*;q=0", nil), ("identity", nil), ("br", nil), ("gzip;q=0", nil), ("x-gzip", "gzip"),
      ("zstd;q=0, *", "gzip"), ("gzip;q=0.5, identity", nil), ("gzip;q=2", nil), ("", nil),
    ] as [(String, String?)])
  func `codings are chosen by weight`(_ accept: String, _ coding: String?) async throws {
    let reply = try await world().get(Self.path, as: "isp-coral", fields: ["Accept-Encoding": accept])
    #expect(reply["Content-Encoding"] == coding)
  }

  @Test func `a range counts the octets of the coding, and If-Range keeps to the coding begun with`()
    async throws
  {
    let world = try await world()
    var fields: HTTPFields = ["Accept-Encoding": "gzip"]
    let packed = try await world.get(Self.path, as: "isp-coral", fields: fields)
    fields["Range"] = "bytes=10-19"
    fields["If-Range"] = packed["ETag"]
    let part = try await world.get(Self.path, as: "isp-coral", fields: fields)
    #expect(part.status == 206 && part.octets == Array(packed.octets[10..<20]))
    #expect(
      part["Content-Range"] == "bytes 10-19/\(packed.octets.count)" && part["Content-Encoding"] == "gzip")
    let plain = try await world.get(Self.path, as: "isp-coral")
    fields["If-Range"] = plain["ETag"]
    let rest = try await world.get(Self.path, as: "isp-coral", fields: fields)
    #expect(
      rest.status == 206 && rest.octets == Array(plain.octets[10..<20]) && rest["Content-Encoding"] == nil)
  }

  @Test func `who holds any coding is told that nothing changed`() async throws {
    let world = try await world()
    for held in ["", "gzip", "zstd"] {
      let first = try await world.get(Self.path, as: "isp-coral", fields: ["Accept-Encoding": held])
      let tag = try #require(first["ETag"])
      let again = try await world.get(
        Self.path, as: "isp-coral", fields: ["Accept-Encoding": "gzip, zstd", "If-None-Match": tag])
      #expect(again.status == 304 && again["ETag"] == tag)
    }
  }

  @Test func `changes are packed too, and short ones are not`() async throws {
    let world = try await world()
    let changes = "/v1/lists/worst-of/changes?since="
    let packed = try await world.get(
      changes + "0", as: "isp-coral", fields: ["Accept-Encoding": "gzip, deflate"])
    #expect(packed["Content-Encoding"] == "gzip" && packed["Vary"] == "Accept, Accept-Encoding")
    try await world.list("https://short.test/")
    let short = try await world.get(changes + "1", as: "isp-coral", fields: ["Accept-Encoding": "gzip"])
    #expect(short["Content-Encoding"] == nil && short.text == "+.short.test\n")
  }
}
