// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import HTTPMessages
import Publication
import StrictJSON
import Testing

/// Updates in one body, and answers that never change.
@Suite struct CompactTests {
  private static let changes = "/v1/lists/worst-of/changes?since="
  private static let compact: HTTPFields = ["Accept": "application/vnd.cordon.update"]

  private func world() async throws -> World {
    let world = try await World()
    try await world.list("https://a.example/", "https://b.example/")
    try await world.list("https://c.example/")
    return world
  }

  private func update(_ world: World, _ query: String) async throws -> CompactUpdate {
    let reply = try await world.get(Self.changes + query, as: "isp-coral", fields: Self.compact)
    #expect(reply.status == 200 && reply["Content-Type"] == CompactUpdate.mediaType)
    #expect(reply["Vary"]?.contains("Accept") == true)
    return try CompactUpdate(parsing: reply.octets)
  }

  @Test func `one body brings the metadata that is lacking and the change`() async throws {
    let world = try await world()
    let held = world.publisher.current.repository.update.inForce
    let first = try await world.get("/v1/lists/worst-of/versions/1/entries.txt", as: "isp-coral")
    let older = try Blocklist(parsing: first.octets)
    let update = try await update(world, "1&root=1&timestamp=1&snapshot=1")
    #expect(update.from == ListVersion(1) && update.to == ListVersion(2))
    let names = try update.metadata().map(\.name)
    #expect(names.first == "timestamp.json" && names.count == 3)
    for file in try update.metadata() {
      let path = "/repository/metadata/\(file.name)"
      #expect(try await world.get(path, as: "isp-coral").octets == file.octets)
    }
    let result = try update.change.delta(from: older.entries).applied(to: older)
    #expect(result == world.publisher.current.lists[try ListName("worst-of")]?.blocklist)
    let current = "2&root=\(held.root)&timestamp=\(held.timestamp)&snapshot=\(held.snapshot)"
    #expect(
      try await world.get(Self.changes + current, as: "isp-coral", fields: Self.compact).status == 204)
    // Metadata alone, when that is all there is to say.
    let fresh = try await self.update(world, "2&root=1&timestamp=1&snapshot=\(held.snapshot)")
    #expect(try fresh.metadata().map(\.name) == ["timestamp.json"] && fresh.change == .none)
    #expect(fresh.from == fresh.to)
    // Who says nothing about metadata gets all of it, but is not called for it alone.
    #expect(try await self.update(world, "1").metadata().map(\.name).first == "1.root.json")
    #expect(try await world.get(Self.changes + "2", as: "isp-coral", fields: Self.compact).status == 204)
  }

  @Test func `readers that lack the same share one content, in each form`() async throws {
    let world = try await world()
    let snapshot = world.publisher.current.repository.update.inForce.snapshot
    let questions: [(String, HTTPFields)] = [
      ("1&root=1&timestamp=1&snapshot=1", Self.compact), ("1", Self.compact), ("1&to=2", Self.compact),
      ("1", [:]), ("1", ["Accept": "application/json"]),
      ("2&root=1&timestamp=1&snapshot=\(snapshot)", Self.compact),
    ]
    for (query, fields) in questions {
      let first = try await world.get(Self.changes + query, as: "isp-coral", fields: fields).response
      let second = try await world.get(Self.changes + query, as: "isp-coral", fields: fields).response
      #expect(first.status == .ok && first.isShared && second.isShared, "\(query) \(fields)")
      #expect(Self.place(first) == Self.place(second), "\(query) \(fields)")
    }
  }

  @Test func `what is said to be shared is one copy, whatever is asked for in between`() async throws {
    let world = try await World()
    let last = 24
    for number in 1...last { try await world.list("https://n\(number).example/") }
    func ask(_ since: Int, _ to: Int) async throws -> HTTPResponse {
      try await world.get(Self.changes + "\(since)&to=\(to)", as: "isp-coral").response
    }
    let first = try await ask(1, 2)
    #expect(first.isShared)
    // More than are remembered besides.
    for since in 1..<last { for to in since + 1...last { _ = try await ask(since, to) } }
    let again = try await ask(1, 2)
    #expect(again.isShared && Self.place(again) == Self.place(first))
  }

  /// Where a content lies, while it is held.
  private static func place(_ response: HTTPResponse) -> UInt {
    switch response.body {
    case .empty: 0
    case .octets(let octets): unsafe octets.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    case .slice(let octets): unsafe octets.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }
  }

  @Test func `history that is not kept brings the whole list instead`() async throws {
    let world = try await World([("lists.worst-of.kept_releases", "1")])
    for url in ["https://a.example/", "https://b.example/", "https://c.example/"] {
      try await world.list(url)
    }
    let update = try await update(world, "1")
    #expect(update.from == .unreleased && update.to == ListVersion(3))
    #expect(try update.change.delta(from: .none).additions.count == 3)
  }

  @Test func `an answer to a named release never changes, in each form`() async throws {
    let world = try await world()
    let text = try await world.get(Self.changes + "0&to=1", as: "isp-coral")
    #expect(text.text == "+.a.example\n+.b.example\n" && text["Cordon-Version"] == "1")
    #expect(text["Cache-Control"] == "private, max-age=31536000, immutable")
    let compact = try await world.get(Self.changes + "1&to=2", as: "isp-coral", fields: Self.compact)
    let update = try CompactUpdate(parsing: compact.octets)
    #expect(try update.metadata().isEmpty && update.to == ListVersion(2))
    let tag = try #require(compact["ETag"])
    var fields = Self.compact
    fields["Range"] = "bytes=2-"
    fields["If-Range"] = tag
    let part = try await world.get(Self.changes + "1&to=2", as: "isp-coral", fields: fields)
    #expect(part.status == 206 && part.octets == Array(compact.octets[2...]))
    try await world.list("https://d.example/")
    let again = try await world.get(Self.changes + "1&to=2", as: "isp-coral", fields: Self.compact)
    #expect(again.octets == compact.octets && again["ETag"] == tag)
    #expect(try await world.get(Self.changes + "1&to=9", as: "isp-coral").problem == "version-ahead")
    #expect(try await world.get(Self.changes + "2&to=1", as: "isp-coral").status == 204)
  }

  @Test(arguments: [
    ("0&to=1&wait=1", "wait"), ("0&to=1&root=1", "root"), ("0&timestamp=1", "timestamp"),
    ("0&snapshot=1", "snapshot"), ("0&to=0", "to"),
  ])
  func `a parameter without a meaning is refused`(_ query: String, _ name: String) async throws {
    let reply = try await world().get(Self.changes + query, as: "isp-coral")
    #expect(reply.status == 400 && reply.problem == "invalid-parameter")
    #expect(reply.json["parameter"] == .string(name))
  }

  @Test func `a long poll in the compact form is called by a release`() async throws {
    let world = try await world()
    let held = world.publisher.current.repository.update.inForce
    let query = "2&root=1&timestamp=\(held.timestamp)&snapshot=\(held.snapshot)&wait=30"
    async let waiting = update(world, query)
    try await Task.sleep(for: .milliseconds(50))
    try await world.list("https://d.example/")
    let update = try await waiting
    #expect(update.to == ListVersion(3))
    #expect(try update.metadata().count == 3)
  }
}
