// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import HTTPServing
import Ingest
import ListService
import Testing

@Suite struct ProblemTests {
  @Test func `the table in the documentation is the catalogue`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "docs/problems.md"), encoding: .utf8)
    #expect(page == ProblemCatalogue.markdown)
  }

  @Test(arguments: ProblemKind.allCases)
  func `a problem type has an error status, a heading, a meaning and a page`(kind: ProblemKind) async throws {
    let description = kind.description
    #expect((400...599).contains(description.status.code))
    #expect(!description.title.isEmpty && description.meaning.count > 10)
    #expect((description.status == .internalServerError) == (kind == .internalError))
    let page = try await Self.world.value.get(kind.type)
    #expect(page.status == 200 && page.text.contains(description.title))
  }

  @Test func `every refusal of the domain is a problem type`() throws {
    let country = try #require(CountryCode("JM"))
    let reviews: [ReviewRefusal] = [
      .notReviewable(.open), .ownSubmission, .alreadyReviewed, .countryAlreadyApproved(country),
      .criteriaVersionSuperseded(id: "x", version: 1), .criteriaIncomplete(keys: []),
      .criteriaNotMet(keys: []),
    ]
    let names =
      reviews.map(\.problemType) + ScopeRefusal.allCases.map(\.rawValue)
      + GuardRefusal.allCases.map(\.rawValue)
      + SubmissionBodyError.Rule.allCases.map(\.rawValue)
    for name in names { #expect(ProblemKind(rawValue: name) != nil, "\(name)") }
  }

  @Test func `every problem of the engine is a problem type, with the engine's words`() {
    for problem in EngineProblem.allCases {
      let kind = ProblemKind(rawValue: problem.rawValue)
      #expect(kind?.description.status == problem.status, "\(problem)")
      #expect(kind?.description.title == problem.title, "\(problem)")
    }
  }

  @Test func `an unknown problem type has no page, and the table is served`() async throws {
    #expect(try await Self.world.value.get("/problems/none").problem == "not-found")
    #expect(try await Self.world.value.get("/problems").text == ProblemCatalogue.markdown)
  }

  private static let world = Task { try await World() }
}
