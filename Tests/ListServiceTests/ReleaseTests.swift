// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import HTTPMessages
import Ingest
import ListService
import Records
import RecordsSQL
import RecordsSQLite
import StrictJSON
import Testing

@Suite struct ReleaseTests {
  private static let changes = "/v1/lists/worst-of/changes?since="

  @Test func `before the first release there is nothing to have`() async throws {
    let world = try await World()
    let about = try await world.get("/v1/lists/worst-of", as: "isp-coral")
    #expect(about.status == 200 && about.json["version"] == 0 && about.json["sha256"] == .null)
    #expect(try await world.get(Self.changes + "0", as: "isp-coral").status == 204)
    #expect(
      try await world.get("/v1/lists/worst-of/latest/entries.txt", as: "isp-coral").problem
        == "version-not-found")
    let none = try await world.post("/v1/lists/worst-of/releases", [:], as: "admin-one")
    #expect(none.status == 409 && none.problem == "nothing-to-publish")
  }

  @Test func `a release gives readers exactly what changed`() async throws {
    let world = try await World()
    try await world.list("https://b.example/", "https://a.example/")
    let release = try await world.list("https://c.example/")
    #expect(release.json["version"] == 2 && release.json["added"] == 1 && release.json["entries"] == 3)
    let text = try await world.get(Self.changes + "1", as: "isp-coral")
    #expect(text.text == "+.c.example\n" && text["Cordon-Version"] == "2")
    let full = try await world.get("/v1/lists/worst-of/latest/entries.txt", as: "isp-coral")
    #expect(full.text == ".a.example\n.b.example\n.c.example\n")
    let digest = SHA256Digest(hashing: full.octets).hex
    #expect(text["Cordon-Digest"] == "sha256=\(digest)" && full["ETag"] == "\"\(digest)\"")
    let json = try await world.get(
      Self.changes + "0", as: "isp-coral", fields: ["Accept": "application/json"]
    ).json
    #expect(json["from"] == 0 && json["to"] == 2 && json["sha256"] == .string(digest))
    #expect(json["added"] == [".a.example", ".b.example", ".c.example"] && json["removed"] == [])
    let lists = try await world.get("/v1/lists", as: "isp-coral").json["lists"]?.arrayValue
    #expect(lists?.first?["sha256"] == .string(digest))
    #expect(try await world.get(Self.changes + "2", as: "isp-coral").status == 204)
    let ahead = try await world.get(Self.changes + "3", as: "isp-coral")
    #expect(ahead.status == 409 && ahead.problem == "version-ahead" && ahead.json["latest"] == 2)
    #expect(
      try await world.get("/v1/lists/none/changes?since=0", as: "isp-coral").problem == "list-not-found")
  }

  @Test func `history that is not kept is gone`() async throws {
    let world = try await World([("lists.worst-of.kept_releases", "1")])
    for url in ["https://a.example/", "https://b.example/", "https://c.example/"] {
      try await world.list(url)
    }
    let gone = try await world.get(Self.changes + "0", as: "isp-coral")
    #expect(gone.status == 410 && gone.problem == "history-gone" && gone.json["oldest"] == 2)
    #expect(try await world.get(Self.changes + "2", as: "isp-coral").text == "+.c.example\n")
  }

  private static let compact: HTTPFields = ["Accept": "application/vnd.cordon.update"]

  private static func resuming(_ tag: String) -> HTTPFields {
    var fields = compact
    fields["Range"] = "bytes=9-"
    fields["If-Range"] = tag
    return fields
  }

  @Test func `a whole list is the same octets after a release, once packed, and from another process`()
    async throws
  {
    let (world, other) = (try await World(), try await World())
    for world in [world, other] {
      for url in ["https://a.example/", "https://b.example/"] { try await world.list(url) }
    }
    let path = Self.changes + "0&to=2"
    let whole = try await world.get(path, as: "isp-coral", fields: Self.compact)
    let tag = try #require(whole["ETag"])
    #expect(whole.status == 200 && whole["Cordon-Version"] == "2")
    for world in [world, other] {
      try await world.list("https://c.example/")
      let rest = try await world.get(path, as: "isp-coral", fields: Self.resuming(tag))
      #expect(rest.status == 206 && rest["ETag"] == tag && rest.octets == Array(whole.octets[9...]))
    }
    let anew = try await world.get(path, as: "isp-coral", fields: Self.resuming("\"0\""))
    #expect(anew.status == 200 && anew.octets == whole.octets)
  }

  @Test func `the whole list of the last sixteen releases is to be had, as far as the history leads there`()
    async throws
  {
    let world = try await World()
    for number in 1...17 { try await world.list("https://name-\(number).example/") }
    let oldest = try await world.get(Self.changes + "0&to=2", as: "isp-coral", fields: Self.compact)
    #expect(oldest.status == 200 && oldest["Cordon-Version"] == "2")
    let older = try await world.get(Self.changes + "0&to=1", as: "isp-coral", fields: Self.compact)
    #expect(older.status == 410 && older.json["oldest"] == 2)
    let short = try await World([("lists.worst-of.kept_releases", "1")])
    for url in ["https://a.example/", "https://b.example/", "https://c.example/"] {
      try await short.list(url)
    }
    for (version, status) in [(1, 410), (2, 200), (3, 200), (4, 409)] {
      let reply = try await short.get(
        Self.changes + "0&to=\(version)", as: "isp-coral", fields: Self.compact)
      #expect(reply.status == status, "\(version)")
    }
  }

  @Test func `a long poll is answered by the release it waits for, or with nothing`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    async let waiting = world.get(Self.changes + "1&wait=30", as: "isp-coral")
    try await Task.sleep(for: .milliseconds(50))
    try await world.list("https://b.example/")
    #expect(try await waiting.text == "+.b.example\n")
    let begin = ContinuousClock.now
    #expect(try await world.get(Self.changes + "2&wait=1", as: "isp-coral").status == 204)
    #expect(ContinuousClock.now - begin >= .seconds(1))
  }

  @Test func `files are answered with conditions and ranges`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    let path = "/v1/lists/worst-of/latest/entries.txt"
    let full = try await world.get(path, as: "isp-coral")
    let tag = try #require(full["ETag"])
    let unchanged = try await world.get(path, as: "isp-coral", fields: ["If-None-Match": tag])
    #expect(unchanged.status == 304 && unchanged.octets.isEmpty && unchanged["ETag"] == tag)
    let part = try await world.get(path, as: "isp-coral", fields: ["Range": "bytes=1-3"])
    #expect(part.status == 206 && part.text == "a.e" && part["Content-Range"] == "bytes 1-3/11")
    let beyond = try await world.get(path, as: "isp-coral", fields: ["Range": "bytes=99-"])
    #expect(beyond.status == 416 && beyond.problem == "range-not-satisfiable")
    #expect(beyond["Content-Range"] == "bytes */11")
    let changed = try await world.get(path, as: "isp-coral", fields: ["If-Match": "\"0\""])
    #expect(changed.status == 412 && changed.problem == "precondition-failed")
    #expect(try await world.ask("HEAD", path, as: "isp-coral").status == 200)
  }

  @Test func `every format and every older release is there, byte for byte the signed target`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    let latest = try await world.get("/v1/lists/worst-of", as: "isp-coral").json["links"]?["latest"]?
      .objectValue
    let formats = try #require(latest?.keys)
    #expect(formats.count == 10)
    let metadata = try await world.get("/repository/metadata/2.targets.json", as: "isp-coral").json
    for format in formats {
      let file = try await world.get("/v1/lists/worst-of/latest/\(format)", as: "isp-coral")
      let target = metadata["signed"]?["targets"]?["worst-of/1/\(format)"]
      let digest = try #require(target?["hashes"]?["sha256"]?.stringValue)
      #expect(file.status == 200 && SHA256Digest(hashing: file.octets).hex == digest)
      let served = try await world.get("/repository/targets/worst-of/1/\(digest).\(format)", as: "isp-coral")
      #expect(served.octets == file.octets, "\(format)")
    }
    try await world.list("https://b.example/")
    let old = try await world.get("/v1/lists/worst-of/versions/1/entries.txt", as: "isp-coral")
    #expect(old.text == ".a.example\n" && old["Cordon-Version"] == "1")
    for (path, problem) in [
      ("versions/3/entries.txt", "version-not-found"), ("versions/0/entries.txt", "version-not-found"),
      ("versions/x/entries.txt", "version-not-found"), ("versions/1/entries.doc", "format-not-found"),
      ("latest/entries.doc", "format-not-found"),
    ] {
      let reply = try await world.get("/v1/lists/worst-of/\(path)", as: "isp-coral")
      #expect(reply.status == 404 && reply.problem == problem, "\(path)")
    }
    #expect(try await world.get("/repository/targets/worst-of/1/entries.txt", as: "isp-coral").status == 404)
    #expect(try await world.get("/repository/metadata/9.root.json", as: "isp-coral").problem == "not-found")
    #expect(try await world.get("/repository/metadata/timestamp.json", as: "admin-one").status == 200)
    #expect(try await world.get("/repository/targets/x", as: "police-jm").problem == "role-required")
  }

  @Test func `a preview says what a release would change, and changes nothing`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    for submission in try await world.submit("https://b.example/") {
      for person in ["police-tt", "police-bb"] { _ = try await world.approve(submission, as: person) }
    }
    let preview = try await world.post("/v1/lists/worst-of/releases?preview=true", [:], as: "admin-one")
    #expect(
      preview.status == 200 && preview.json["added_entries"] == [".b.example"] && preview.json["version"] == 2
    )
    #expect(preview.json["entries"] == 2)
    #expect(try await world.get("/v1/lists/worst-of", as: "isp-coral").json["version"] == 1)
  }

  @Test func `who read in a preview what is in no release stands in the trail`() async throws {
    let world = try await World()
    func read() async throws -> [AuditEvent] {
      // 409 while there is nothing to release.
      _ = try await world.post("/v1/lists/worst-of/releases?preview=true", [:], as: "admin-one")
      return try await world.records.audit(after: 0, limit: 1000).filter { $0.action == "preview-read" }
    }
    #expect(try await read().isEmpty, "there was no name to read")
    for submission in try await world.submit("https://a.example/", "https://b.example/") {
      for person in ["police-tt", "police-bb"] { _ = try await world.approve(submission, as: person) }
    }
    let event = try #require(try await read().first)
    #expect(event.principal?.text == "admin-one" && event.subject == "worst-of/1" && event.rule == "2 read")
    #expect(event.at == world.clock.now() && event.reason == nil)
  }

  @Test func `a suspension is released at once, and reverting it is a new release`() async throws {
    let world = try await World()
    try await world.list("https://a.example/", "https://b.example/")
    let found = try await world.get("/v1/entries?list=worst-of&name=x.a.example", as: "admin-one")
    let id = try #require(found.json["items"]?.arrayValue?.first?["id"]?.stringValue)
    let path = "/v1/entries/\(id)/suspend"
    let key: HTTPFields = ["Idempotency-Key": "s"]
    let suspended = try await world.post(path, ["reason": "mistake"], as: "admin-one", fields: key)
    #expect(suspended.status == 200 && suspended.json["release"]?["version"] == 2)
    #expect(suspended.json["release"]?["removed"] == 1)
    #expect(
      try await world.post(path, ["reason": "mistake"], as: "admin-one", fields: key).octets
        == suspended.octets)
    #expect(try await world.get(Self.changes + "1", as: "isp-coral").text == "-.a.example\n")
    #expect(try await world.get("/v1/entries/\(id)", as: "admin-one").json["state"] == "suspended")
    let again = try await world.post(path, ["reason": "mistake"], as: "admin-one")
    #expect(again.status == 409 && again.problem == "wrong-entry-state")
    let revert = "/v1/lists/worst-of/releases/2/revert"
    let reverted = try await world.post(revert, ["reason": "was right"], as: "admin-one")
    #expect(reverted.status == 201 && reverted.json["version"] == 3 && reverted.json["added"] == 1)
    #expect(try await world.post(revert, ["reason": "again"], as: "admin-one").problem == "nothing-to-revert")
    for (path, problem) in [
      ("/v1/lists/worst-of/releases/9/revert", "version-not-found"),
      ("/v1/lists/no/releases/1/revert", "list-not-found"),
      ("/v1/entries/ent_99/suspend", "entry-not-found"), ("/v1/entries/x/suspend", "entry-not-found"),
    ] {
      #expect(try await world.post(path, ["reason": "x"], as: "admin-one").problem == problem)
    }
    #expect(try await world.post(path, [:], as: "admin-one").problem == "invalid-field")
    let releases = try await world.get("/v1/lists/worst-of/releases", as: "auditor")
    #expect(
      releases.json["items"]?.arrayValue?.compactMap { $0["cause"]?.stringValue } == [
        "publish", "suspend", "revert",
      ])
  }

  @Test func `a lease is renewed within its bounds`() async throws {
    let world = try await World()
    try await world.list("https://a.example/")
    world.clock.pass(86_400)
    let renewed = try await world.post("/v1/entries/ent_1/renew", ["days": 30], as: "police-gy")
    #expect(renewed.status == 200 && renewed.json["lease_until"]?.stringValue != nil)
    #expect(
      try await world.post("/v1/entries/ent_1/renew", ["days": 91], as: "police-gy").problem
        == "invalid-field")
    #expect(try await world.ask("POST", "/v1/entries/ent_1/renew", as: "police-gy").status == 200)
    #expect(
      try await world.get("/v1/entries?name=UPPER.example", as: "admin-one").problem == "invalid-parameter")
  }
}
