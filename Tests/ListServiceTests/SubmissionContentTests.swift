// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import StrictJSON
import Testing

/// How the content of a submission may come.
@Suite struct SubmissionContentTests {
  private static let target = "/v1/submissions?list=worst-of"

  @Test(arguments: [
    "text/plain", "text/plain; charset=utf-8", "Text/Plain;charset=\"UTF-8\"", "text/plain; charset=us-ascii",
    "text/plain; format=flowed",
  ])
  func `text in UTF-8 is taken, however that is said`(type: String) async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", Self.target, as: "police-jm", body: Array("https://a.example/é\n".utf8), type: type)
    #expect(reply.status == 201, "\(reply.text)")
  }

  @Test(arguments: [
    ("text/plain; charset=iso-8859-1", "charset"), ("text/csv; charset=utf-16", "charset"),
    ("application/json; charset=latin1", "charset"), ("text/csv; header=absent", "header=absent"),
    ("application/x-www-form-urlencoded", "-H 'Content-Type"),
    ("multipart/form-data; boundary=x", "Nothing is attached"),
    ("application/vnd.ms-excel", "Save the sheet"),
    ("image/png", "text/csv"), ("", "text/csv"),
  ])
  func `another type, charset or attachment is refused, and what to do is said`(
    type: String, words: String
  ) async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", Self.target, as: "police-jm", body: Array("https://a.example/\n".utf8), type: type)
    #expect(reply.status == 415 && reply.problem == "unsupported-media-type")
    #expect(reply.json["detail"]?.stringValue?.contains(words) == true, "\(reply.text)")
  }

  @Test(arguments: ["gzip", "zstd", "identity"])
  func `coded content is refused`(coding: String) async throws {
    let world = try await World()
    let reply = try await world.ask(
      "POST", Self.target, as: "police-jm", body: Array("https://a.example/\n".utf8), type: "text/plain",
      fields: ["Content-Encoding": coding])
    #expect(reply.status == 415 && reply.json["detail"]?.stringValue?.contains("Content-Encoding") == true)
  }

  @Test func `columns may be parted by semicolons when the request says so, and in CSV alone`() async throws {
    let world = try await World()
    func send(_ target: String, _ type: String) async throws -> Reply {
      try await world.ask(
        "POST", Self.target + target, as: "police-jm", body: Array("url;note\nhttps://a.example/;b\n".utf8),
        type: type)
    }
    #expect(try await send("&separator=semicolon", "text/csv").status == 201)
    let silent = try await send("", "text/csv")
    #expect(silent.problem == "malformed-csv-header" && silent.text.contains("separator=semicolon"))
    #expect(try await send("&separator=semicolon", "text/plain").problem == "invalid-parameter")
    #expect(try await send("&separator=pipe", "text/csv").problem == "invalid-parameter")
  }

  @Test(arguments: [(1_000, 1_000), (1_001, 1_000)])
  func `a refusal tells a thousand refused items, and counts all`(sent: Int, told: Int) async throws {
    let world = try await World()
    let lines = String(repeating: "http://192.0.2.7/\n", count: sent)
    let reply = try await world.ask(
      "POST", Self.target, as: "police-jm", body: Array(lines.utf8), type: "text/plain")
    #expect(reply.status == 422 && reply.json["refused"] == .integer(Int64(sent)))
    #expect(reply.json["items"]?.arrayValue?.count == told)
  }

  @Test func `outcomes come in the order sent, created, joined and refused alike`() async throws {
    let world = try await World()
    try await world.submit("https://known.example/")
    let lines = "http://192.0.2.7/\nhttps://known.example/\nnot one\nhttps://new.example/\nftp://x.example\n"
    let reply = try await world.ask(
      "POST", Self.target + "&mode=each", as: "police-gy", body: Array(lines.utf8), type: "text/plain")
    let items = try #require(reply.json["items"]?.arrayValue)
    #expect(
      items.compactMap { $0["outcome"]?.stringValue } == [
        "refused", "joined", "refused", "created", "refused",
      ])
    #expect(items.compactMap { $0["line"]?.integerValue } == [1, 2, 3, 4, 5])
    #expect(reply.json["accepted"] == 2 && reply.json["joined"] == 1 && reply.json["refused"] == 3)
  }
}
