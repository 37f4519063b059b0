// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Ingest
import StrictJSON
import Testing

/// One person's reports of one thing, through the API.
@Suite struct ReportLimitTests {
  private static func send(
    _ paths: [String], _ world: World, mode: String = "all-or-nothing", as person: String = "police-jm"
  ) async throws -> Reply {
    try await world.ask(
      "POST", "/v1/submissions?list=worst-of&mode=\(mode)", as: person,
      body: Array(paths.joined(separator: "\n").utf8), type: "text/plain")
  }

  private static func outcomes(_ reply: Reply) -> [String] {
    reply.json["items"]?.arrayValue?.compactMap {
      $0["refusal"]?["rule"]?.stringValue ?? $0["outcome"]?.stringValue
    } ?? []
  }

  @Test func `one address many times over is one report`() async throws {
    let world = try await World()
    let count = 2_500
    let reply = try await Self.send(Array(repeating: "https://bad.example/a", count: count), world)
    #expect(reply.status == 201 && reply.json["joined"]?.integerValue == Int64(count - 1))
    let seen = try await world.get("/v1/submissions/sub_1", as: "police-jm").json
    #expect(seen["reports"]?.arrayValue?.count == 1 && seen["report_count"] == 1)
  }

  @Test func `the last report that may be is kept, and one past it refused with those beside it`()
    async throws
  {
    let world = try await World([("submissions.reports_per_person", "3")])
    let paths = (1...3).map { "https://bad.example/\($0)" }
    #expect(try await Self.outcomes(Self.send(paths, world)) == ["created", "joined", "joined"])
    let more = ["https://other.example/", "https://bad.example/4"]
    let refused = try await Self.send(more, world)
    #expect(refused.status == 422 && refused.problem == "submission-refused")
    #expect(refused.json["refused"] == 1)
    #expect(refused.json["items"]?.arrayValue?.first?["line"] == 2)
    #expect(Self.outcomes(refused) == ["too-many-reports"])
    #expect(try await world.get("/v1/submissions", as: "police-jm").json["items"]?.arrayValue?.count == 1)
    let each = try await Self.send(more, world, mode: "each")
    #expect(each.status == 201 && Self.outcomes(each) == ["created", "too-many-reports"])
    #expect(each.json["accepted"] == 1 && each.json["refused"] == 1)
    // Nothing good is left; what is on record still joins, and so does somebody else's.
    #expect(
      try await Self.send(["https://bad.example/4"], world, mode: "each").problem == "submission-refused")
    #expect(try await Self.outcomes(Self.send(["https://bad.example/2"], world)) == ["joined"])
    #expect(
      try await Self.outcomes(Self.send(["https://bad.example/4"], world, as: "police-gy")) == ["joined"])
  }

  @Test func `unless configured otherwise there may be a hundred`() async throws {
    let world = try await World()
    let most = Submission.mostReportsOfOne
    #expect(most == 100)
    let paths = (1...most).map { "https://bad.example/\($0)" }
    #expect(try await Self.send(paths, world).status == 201)
    #expect(
      try await Self.outcomes(Self.send(["https://bad.example/x"], world)) == ["too-many-reports"])
  }

  @Test func `lists and the queue show the first few of each person, and how many there are`() async throws {
    let world = try await World()
    let most = Submission.reportsInLists
    _ = try await Self.send((0..<most).map { "https://bad.example/\($0)" }, world)
    func seen(_ path: String, _ field: String) async throws -> (shown: Int?, count: Int64?) {
      let reply = try await world.get(path, as: "police-tt").json
      let item = reply["items"]?.arrayValue?.first ?? reply
      return (item[field]?.arrayValue?.count, item["report_count"]?.integerValue)
    }
    for (path, field) in [("/v1/submissions", "reports"), ("/v1/reviews/queue?reveal=true", "urls")] {
      #expect(try await seen(path, field) == (most, Int64(most)))
    }
    _ = try await Self.send(["https://bad.example/more"], world)
    for (path, field) in [("/v1/submissions", "reports"), ("/v1/reviews/queue?reveal=true", "urls")] {
      #expect(try await seen(path, field) == (most, Int64(most + 1)))
    }
    #expect(try await seen("/v1/submissions/sub_1", "reports") == (most + 1, Int64(most + 1)))
  }
}
