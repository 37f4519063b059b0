// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

/// How often one principal may submit, and how that shows.
@Suite struct RateLimitTests {
  @Test func `a principal may submit so often a minute, others as often, and what is turned away is counted`()
    async throws
  {
    let world = try await World([("submissions.requests_per_minute", "2")])
    func submit(_ person: String) async throws -> Reply {
      try await world.post(
        "/v1/submissions", ["list": "worst-of", "items": [["url": "a.example"]]], as: person)
    }
    for _ in 0..<2 { #expect(try await submit("police-jm").status == 201) }
    let third = try await submit("police-jm")
    #expect(third.status == 429 && third.problem == "rate-limited" && third["Retry-After"] == "30")
    #expect(try await submit("hotline-is").status == 201)
    world.clock.pass(30)
    #expect(try await submit("police-jm").status == 201)
    #expect(try await submit("police-jm").status == 429)
    let metrics = try await world.get("/metrics", as: "watcher").text
    #expect(metrics.contains("cordon_rate_limited_total{limit=\"submissions\"} 2\n"))
  }
}
