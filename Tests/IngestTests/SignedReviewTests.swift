// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import Foundation
import Ingest
import Names
import Testing

/// What becomes of an approval by its signature, at each edge and one past it.
@Suite struct SignedReviewTests {
  private struct Case {
    var requires = false
    var agency = "unit-tt"
    var signer: UInt8 = 1
    var keyid: UInt8? = 1
    var from = TestKey.start
    var until: Date?
    var decided = Samples.now
    var scope: ScopeChoice?
    var signedScope = ".bad.example"
    var isSigned = true

    func verdict() throws -> Verdict {
      let submitter = try Samples.officer("a-jm", "JM")
      let reviewer = try Samples.officer("a-tt", agency: agency, "TT")
      let submission = try Samples.submission(by: [submitter])
      let keys = [
        try TestKey(1).of("unit-tt", from: from, until: until), try TestKey(2).of("unit-tt"),
        try TestKey(3).of("unit-bb"),
      ]
      let text = try ApprovalTests.statement(signedScope, agency: agency, decided: decided).octets
      let signature = ApprovalSignature(
        keyid: try keyid.map { try TestKey($0).of("unit-tt").keyid }, octets: try TestKey(signer).sign(text),
        decidedAt: decided)
      let request = ReviewRequest(
        submission: submission.id, reviewer: reviewer, decision: .approve, scope: scope,
        answers: Samples.answers(), at: Samples.now.addingTimeInterval(SignedReviewTests.elapsed),
        signature: isSigned ? signature : nil)
      let policy = ReviewPolicy(
        criteria: try Samples.criteria(), guards: .empty,
        signing: SigningPolicy(isRequired: requires, maximumAgeMinutes: 60, maximumAheadMinutes: 5))
      let basis = ReviewBasis(submission: submission, reviews: [], reporters: [], keys: keys)
      return ReviewRules.judge(request, on: basis, policy: policy)
    }
  }

  // The review is two hours after the report, so that the age limit is not the report's time.
  private static let elapsed = 7200.0
  private static var now: Date { Samples.now.addingTimeInterval(elapsed) }

  private func refusal(_ change: (inout Case) -> Void) throws -> String? {
    var subject = Case()
    subject.decided = Self.now
    change(&subject)
    guard case .refused(let refusal) = try subject.verdict() else { return nil }
    return refusal.problemType
  }

  @Test func `a good signature counts, by the key named or by any of the agency`() throws {
    #expect(try refusal { _ in } == nil)
    #expect(try refusal { $0.keyid = nil } == nil)
    #expect(try refusal { ($0.signer, $0.keyid) = (2, nil) } == nil)
    #expect(try refusal { $0.requires = true } == nil)
  }

  @Test func `an approval without a signature is refused only where one is required`() throws {
    #expect(try refusal { $0.isSigned = false } == nil)
    #expect(try refusal { ($0.isSigned, $0.requires) = (false, true) } == "signature-required")
  }

  @Test func `a wrong key, another agency's and an unknown one are told apart`() throws {
    #expect(try refusal { $0.signer = 2 } == "signature-invalid")
    #expect(try refusal { ($0.signer, $0.keyid) = (3, nil) } == "signature-invalid")
    #expect(try refusal { ($0.signer, $0.keyid) = (3, 3) } == "signature-key-of-another-agency")
    #expect(try refusal { ($0.signer, $0.keyid) = (9, 9) } == "signature-key-unknown")
    #expect(try refusal { ($0.agency, $0.keyid) = ("unit-none", nil) } == "signature-key-unknown")
  }

  @Test func `a signature over another scope is no signature over this one`() throws {
    #expect(try refusal { $0.signedScope = ".other.example" } == "signature-invalid")
    #expect(try refusal { ($0.scope, $0.signedScope) = (.host, "www.bad.example") } == nil)
    #expect(try refusal { $0.scope = .host } == "signature-invalid")
  }

  @Test func `a key counts from its first second to the one before its end`() throws {
    #expect(try refusal { $0.from = Self.now } == nil)
    #expect(try refusal { $0.from = Self.now + 1 } == "signature-key-not-yet-valid")
    #expect(try refusal { $0.until = Self.now + 1 } == nil)
    #expect(try refusal { $0.until = Self.now } == "signature-key-ended")
  }

  @Test func `the time of decision may lie an hour back and five minutes ahead, and never before the report`()
    throws
  {
    #expect(try refusal { $0.decided = Self.now - 3600 } == nil)
    #expect(try refusal { $0.decided = Self.now - 3601 } == "signature-time-out-of-range")
    #expect(try refusal { $0.decided = Self.now + 300 } == nil)
    #expect(try refusal { $0.decided = Self.now + 301 } == "signature-time-out-of-range")
    #expect(try refusal { $0.decided = Samples.now - 1 } == "signature-time-out-of-range")
  }
}
