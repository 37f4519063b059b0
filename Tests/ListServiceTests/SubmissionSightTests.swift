// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

/// Reporting what others reported opens nobody else's report.
@Suite struct SubmissionSightTests {
  /// Reported by police-jm, by two people of police-tt, and by a hotline.
  private static func reported(in world: World) async throws -> String {
    let numbers = try await world.submit("https://shared.bad.example/of-jm", as: "police-jm")
    for person in ["police-tt", "police-tt-two", "hotline-is"] {
      let reply = try await world.post(
        "/v1/submissions",
        [
          "list": "worst-of",
          "items": [
            [
              "url": .string("https://shared.bad.example/of-\(person)"), "note": .string("note of \(person)"),
              "case_reference": .string("case of \(person)"),
            ]
          ],
        ], as: person)
      #expect(reply.json["joined"] == 1)
    }
    return numbers[0]
  }

  private static func trail(_ world: World) async throws -> String {
    try await world.get("/v1/audit?limit=1000", as: "auditor").text
  }

  @Test(arguments: ["/v1/submissions/sub_1", "/v1/submissions"], ["", "reveal=true"])
  func `who only reports sees their own agency's reports, whatever they ask`(path: String, query: String)
    async throws
  {
    let world = try await World()
    #expect(try await Self.reported(in: world) == "sub_1")
    let reply = try await world.get(path + (query.isEmpty ? "" : "?" + query), as: "hotline-is")
    let seen = reply.json["items"]?.arrayValue?.first ?? reply.json
    #expect(seen["entry"] == ".shared.bad.example" && seen["is_masked"] == false)
    let reports = try #require(seen["reports"]?.arrayValue)
    #expect(reports.count == 1 && reports[0]["agency"] == "hotline-is")
    #expect(reports[0]["url"] == "https://shared.bad.example/of-hotline-is")
    for other in ["of-jm", "of-police-tt", "case of police", "police-jm", "police-tt"] {
      #expect(!reply.text.contains(other), "\(other)")
    }
    #expect(try await !Self.trail(world).contains("revealed"))
  }

  @Test func `a reviewer who reported sees their agency's reports, and others' masked until revealed`()
    async throws
  {
    let world = try await World()
    let id = try await Self.reported(in: world)
    let masked = try await world.get("/v1/submissions/\(id)", as: "police-tt")
    #expect(masked.json["is_masked"] == true && masked.json["entry"] == ".shared.bad.example")
    #expect(masked.json["reports"]?.arrayValue?.count == 4)
    for own in ["of-police-tt", "of-police-tt-two", "note of police-tt-two"] {
      #expect(masked.text.contains("\(own)\""), "\(own)")
    }
    for other in ["of-jm", "of-hotline-is", "note of hotline-is"] {
      #expect(!masked.text.contains(other), "\(other)")
    }
    #expect(try await !Self.trail(world).contains("submission-revealed"))
    let revealed = try await world.get("/v1/submissions/\(id)?reveal=true", as: "police-tt")
    #expect(revealed.json["is_masked"] == false && revealed.text.contains("/of-hotline-is"))
    #expect(try await Self.trail(world).contains("submission-revealed"))
  }

  @Test func `the list of one's reports reveals others' only on record`() async throws {
    let world = try await World()
    _ = try await Self.reported(in: world)
    #expect(try await !world.get("/v1/submissions?mine=true", as: "police-jm").text.contains("of-police-tt"))
    #expect(try await !Self.trail(world).contains("submissions-revealed"))
    let revealed = try await world.get("/v1/submissions?mine=true&reveal=true", as: "police-jm")
    #expect(revealed.text.contains("of-police-tt"))
    #expect(try await Self.trail(world).contains("submissions-revealed"))
  }

  @Test func `reporters are told questions and why a report was rejected, not what who approves remarks`()
    async throws
  {
    let world = try await World()
    let id = try await Self.reported(in: world)
    _ = try await world.post(
      "/v1/submissions/\(id)/reviews", ["decision": "needs-information", "reason": "which page is it?"],
      as: "police-bb")
    _ = try await world.post(
      "/v1/submissions/\(id)/information", ["text": "the words of police-jm"], as: "police-jm")
    let approval: JSONValue = [
      "decision": "approve", "reason": "seen on our side too",
      "criteria": ["id": "baseline", "version": 1, "answers": ["real": true, "severe": true]],
    ]
    #expect(
      try await world.post("/v1/submissions/\(id)/reviews", approval, as: "police-bb").status == 201)
    let before = try await world.get("/v1/submissions/\(id)", as: "hotline-is")
    #expect(before.text.contains("which page is it?") && !before.text.contains("seen on our side"))
    #expect(before.json["reviews"]?.arrayValue?.count == 2 && before.json["information"] == [])
    #expect(try await world.get("/v1/submissions/\(id)", as: "police-jm").text.contains("words of police-jm"))
    let reporting = try await world.get("/v1/submissions/\(id)", as: "police-tt")
    #expect(
      reporting.text.contains("seen on our side") && !reporting.text.contains("words of police-jm"))
    let written = ["seen on our side", "which page is it?", "words of police-jm", "case of police-tt"]
    let reviewing = try await world.get("/v1/submissions/\(id)", as: "police-gy").text
    let revealed = try await world.get("/v1/submissions/\(id)?reveal=true", as: "police-gy").text
    for words in written {
      #expect(!reviewing.contains(words) && revealed.contains(words), "\(words)")
    }
    #expect(try await world.get("/v1/submissions/\(id)", as: "police-bb").text.contains("seen on our side"))
    _ = try await world.post(
      "/v1/submissions/\(id)/reviews", ["decision": "reject", "reason": "the page is an error page"],
      as: "police-gy")
    #expect(try await world.get("/v1/submissions/\(id)", as: "hotline-is").text.contains("an error page"))
  }
}
