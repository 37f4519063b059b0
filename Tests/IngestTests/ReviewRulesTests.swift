// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Names
import Testing

@Suite struct ReviewRulesTests {
  private func judge(
    _ request: ReviewRequest, existing: [Review] = [], version: Int = 1, guards: [GuardEntry] = [],
    on submission: Submission? = nil, reporters: Set<PrincipalID> = []
  ) throws -> Verdict {
    let target = try submission ?? Samples.submission(by: [Samples.officer("a-jm", "JM")])
    return ReviewRules.judge(
      request, on: ReviewBasis(submission: target, reviews: existing, reporters: reporters),
      policy: try Samples.policy(version: version, guards: guards))
  }

  @Test func `one country records and a second lists`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let bb = try Samples.officer("a-bb", "BB")
    #expect(try judge(Samples.approval(by: tt)) == .recorded)
    let verdict = try judge(Samples.approval(by: bb), existing: [Samples.onRecord(tt)])
    let until = Samples.now.addingTimeInterval(90 * 86_400)
    #expect(verdict == .listed(try Samples.entry(".bad.example"), Lease(from: Samples.now, until: until)))
  }

  @Test func `the submitter's person is refused and their colleague is not`() throws {
    #expect(try judge(Samples.approval(by: Samples.officer("a-jm", "JM"))) == .refused(.ownSubmission))
    #expect(try judge(Samples.approval(by: Samples.officer("b-jm", "JM"))) == .recorded)
  }

  @Test func `anyone who joined the report counts as its submitter`() throws {
    let jm = try Samples.officer("a-jm", "JM")
    let tt = try Samples.officer("a-tt", "TT")
    let submission = try Samples.submission(by: [jm, tt])
    #expect(try judge(Samples.approval(by: tt), on: submission) == .refused(.ownSubmission))
    let bb = try Samples.officer("a-bb", "BB")
    #expect(
      try judge(Samples.approval(by: bb), existing: [Samples.onRecord(tt)], on: submission) == .recorded)
  }

  @Test func `who reported the name through another submission is refused, and no longer counts`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let bb = try Samples.officer("a-bb", "BB")
    #expect(try judge(Samples.approval(by: tt), reporters: [tt.id]) == .refused(.ownSubmission))
    let record = try [Samples.onRecord(tt)]
    #expect(try judge(Samples.approval(by: bb), existing: record, reporters: [tt.id]) == .recorded)
  }

  @Test(
    arguments: [
      (".bad.example", true), ("bad.example", true), ("www.bad.example", true), (".www.bad.example", true),
      (".example", true), (".ad.example", false), ("a.bad.example", false), (".a.bad.example", false),
    ])
  func `a report is of an entry that blocks its host`(entry: String, isBlocked: Bool) throws {
    let host = try Samples.submission(by: []).host
    #expect(host.isBlocked(by: try Samples.entry(entry)) == isBlocked)
  }

  @Test func `the same person twice, and a second approval of one country, are refused apart`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let record = try [Samples.onRecord(tt)]
    #expect(try judge(Samples.approval(by: tt), existing: record) == .refused(.alreadyReviewed))
    let other = try Samples.officer("b-tt", agency: "other-tt", "TT")
    let verdict = try judge(Samples.approval(by: other), existing: record)
    #expect(verdict == .refused(.countryAlreadyApproved(other.country)))
  }

  @Test func `who approved may reject while it is open, and closes it`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let record = try [Samples.onRecord(tt)]
    #expect(try judge(Samples.rejection(by: tt), existing: record) == .rejected)
    #expect(try judge(Samples.approval(by: tt), existing: record) == .refused(.alreadyReviewed))
  }

  @Test func `who asked for information may decide later`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    #expect(
      try judge(Samples.approval(by: tt), existing: [Samples.onRecord(tt, .needsInformation)]) == .recorded)
  }

  @Test func `every criterion needs a yes`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let cases: [(CriteriaAnswers?, String)] = [
      (nil, "criteria-incomplete"),
      (Samples.answers(["real": true]), "criteria-incomplete"),
      (Samples.answers(["real": true, "recent": true, "more": true]), "criteria-incomplete"),
      (Samples.answers(["real": true, "recent": false]), "criteria-not-met"),
      (Samples.answers(version: 2), "criteria-version-superseded"),
    ]
    for (answers, type) in cases {
      guard case .refused(let refusal) = try judge(Samples.approval(by: tt, answers)) else {
        Issue.record("\(type) was accepted")
        continue
      }
      #expect(refusal.problemType == type)
    }
  }

  @Test func `approvals under an older criteria version no longer count`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let bb = try Samples.officer("a-bb", "BB")
    let verdict = try judge(
      Samples.approval(by: bb, Samples.answers(version: 2)), existing: [Samples.onRecord(tt)], version: 2)
    #expect(verdict == .recorded)
  }

  @Test func `approvals count together only for the same scope`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let bb = try Samples.officer("a-bb", "BB")
    let gy = try Samples.officer("a-gy", "GY")
    let wide = try Samples.onRecord(tt)
    #expect(try judge(Samples.approval(by: bb, scope: .host), existing: [wide]) == .recorded)
    let narrow = try Samples.onRecord(bb, entry: "www.bad.example")
    let verdict = try judge(Samples.approval(by: gy, scope: .host), existing: [wide, narrow])
    guard case .listed(let entry, _) = verdict else { throw Failure.unexpected }
    #expect(entry.text == "www.bad.example")
  }

  @Test func `the registrable domain is the widest scope`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let deep = try Samples.submission(host: "a.b.bad.example", by: [Samples.officer("a-jm", "JM")])
    let cases: [(String, ScopeRefusal?)] = [
      (".b.bad.example", nil), (".bad.example", nil), (".c.bad.example", .outsideReport),
      ("b.bad.example", .outsideReport),
    ]
    for (text, refusal) in cases {
      let verdict = try judge(Samples.approval(by: tt, scope: .entry(Samples.entry(text))), on: deep)
      #expect(verdict == (refusal.map { .refused(.scope($0)) } ?? .recorded))
    }
    let top = BlocklistEntry(name: try DomainName(canonical: "example"), scope: .subtree)
    #expect(
      try judge(Samples.approval(by: tt, scope: .entry(top)), on: deep)
        == .refused(.scope(.widerThanRegistrable)))
  }

  @Test func `a narrowly guarded name needs host scope and a third country`() throws {
    let guards = try [Samples.guarded("bad.example", .narrow)]
    let (tt, bb, gy) = try (
      Samples.officer("a-tt", "TT"), Samples.officer("a-bb", "BB"), Samples.officer("a-gy", "GY")
    )
    guard case .refused(let refusal) = try judge(Samples.approval(by: tt), guards: guards) else {
      throw Failure.unexpected
    }
    #expect(refusal.problemType == "guarded-name-needs-host-scope")
    let one = try Samples.onRecord(tt, entry: "www.bad.example")
    let two = try Samples.onRecord(bb, entry: "www.bad.example")
    #expect(try judge(Samples.approval(by: bb, scope: .host), existing: [one], guards: guards) == .recorded)
    let third = try judge(Samples.approval(by: gy, scope: .host), existing: [one, two], guards: guards)
    guard case .listed = third else { throw Failure.unexpected }
  }

  @Test(arguments: [(0, 2), (2, 2), (3, 3), (4, 4)])
  func `as many countries are needed as the list is set to, never fewer than two`(set: Int, needed: Int)
    throws
  {
    let officers = try ["TT", "BB", "GY", "FJ", "MT"].map { try Samples.officer("a-\($0.lowercased())", $0) }
    let submission = try Samples.submission(by: [Samples.officer("a-jm", "JM")])
    for (guards, more) in [([], 0), ([try Samples.guarded("bad.example", .narrow)], 1)] {
      let policy = ReviewPolicy(
        criteria: try Samples.criteria(), guards: GuardList(guards), countries: set)
      for before in 0..<(needed + more) {
        let verdict = ReviewRules.judge(
          Samples.approval(by: officers[before], scope: .host),
          on: ReviewBasis(
            submission: submission,
            reviews: try officers.prefix(before).map { try Samples.onRecord($0, entry: "www.bad.example") },
            reporters: []),
          policy: policy)
        #expect((verdict == .recorded) == (before + 1 < needed + more))
      }
    }
  }

  @Test func `a second look needs a third country and the panel, other than its chair, from then on`() throws
  {
    let (tt, bb, gy) = try (
      Samples.officer("o-tt", "TT"), Samples.officer("o-bb", "BB"), Samples.officer("o-gy", "GY")
    )
    let submission = try Samples.submission(by: [Samples.officer("o-jm", "JM")])
    func verdict(_ members: [Principal], chair: Principal, on record: [Principal], at offset: Double = 0)
      throws
      -> Verdict
    {
      let look = SecondLook(
        submission: submission.id, panel: try #require(PanelID("p")), members: Set(members.map(\.id)),
        chair: chair.id, reason: "", at: Samples.now.addingTimeInterval(offset))
      let basis = ReviewBasis(
        submission: submission, reviews: try record.map { try Samples.onRecord($0) }, reporters: [],
        secondLooks: [look])
      return ReviewRules.judge(Samples.approval(by: gy), on: basis, policy: try Samples.policy())
    }
    let listed = Verdict.listed(
      try Samples.entry(".bad.example"), LeaseTerm.standard.lease(from: Samples.now))
    #expect(try verdict([gy], chair: bb, on: [tt, bb]) == listed)
    #expect(try verdict([tt], chair: bb, on: [tt, bb]) == listed)
    #expect(try verdict([gy], chair: bb, on: [tt]) == .recorded, "two countries")
    #expect(try verdict([gy], chair: gy, on: [tt, bb]) == .recorded, "the chair alone")
    #expect(try verdict([], chair: bb, on: [tt, bb]) == .recorded, "nobody of the panel")
    #expect(try verdict([gy], chair: bb, on: [tt, bb], at: 1) == .recorded, "before the chair's word")
  }

  @Test func `a closed submission is not reviewable, a rejection closes`() throws {
    let tt = try Samples.officer("a-tt", "TT")
    let closed = try Samples.submission(by: [Samples.officer("a-jm", "JM")], state: .rejected)
    #expect(try judge(Samples.approval(by: tt), on: closed) == .refused(.notReviewable(.rejected)))
    #expect(try judge(Samples.rejection(by: tt)) == .rejected)
  }

  @Test(arguments: [ReviewDecision.reject, .needsInformation])
  func `a rejection and a question have a reason of two letters or digits, an approval needs none`(
    decision: ReviewDecision
  ) throws {
    func verdict(_ reason: String?) throws -> Verdict {
      try judge(
        ReviewRequest(
          submission: SubmissionID(number: 1), reviewer: Samples.officer("a-tt", "TT"), decision: decision,
          reason: reason, at: Samples.now))
    }
    for reason in [nil, "", "  ", " \n\t ", "-- !?", "\u{A0}\u{3000}", "x", "x ."] {
      #expect(try verdict(reason) == .refused(.reasonRequired), "\(reason ?? "none")")
    }
    for reason in ["x y", "no", "§ 4 b", "重複", "404"] {
      #expect(try verdict(reason) == (decision == .reject ? .rejected : .recorded), "\(reason)")
    }
    #expect(try judge(Samples.approval(by: Samples.officer("a-tt", "TT"))) == .recorded)
  }

  @Test func `a lease holds to its last second and to the longest term`() throws {
    let lease = LeaseTerm.standard.lease(from: Samples.now)
    #expect(lease.runs(at: lease.until.addingTimeInterval(-1)))
    #expect(!lease.runs(at: lease.until))
    #expect(LeaseTerm(days: 180) != nil && LeaseTerm(days: 1) != nil)
    #expect(LeaseTerm(days: 181) == nil && LeaseTerm(days: 0) == nil)
  }

  @Test func `a renewal is as long as the list says at most, and brings no end forward`() throws {
    let term = try #require(LeaseTerm(days: 30))
    let lease = term.lease(from: Samples.now)
    let later = Samples.now.addingTimeInterval(10 * 86_400)
    #expect(term.renewal(of: lease, at: later, days: 30)?.until == later.addingTimeInterval(30 * 86_400))
    #expect(term.renewal(of: lease, at: later, days: nil)?.until == later.addingTimeInterval(30 * 86_400))
    #expect(term.renewal(of: lease, at: later, days: 31) == nil)
    #expect(term.renewal(of: lease, at: later, days: 0) == nil)
    #expect(term.renewal(of: lease, at: later, days: 20)?.until == lease.until)
    #expect(term.renewal(of: lease, at: later, days: 19)?.until == lease.until)
    #expect(term.renewal(of: lease, at: later, days: 21)?.until == later.addingTimeInterval(21 * 86_400))
    #expect(term.renewal(of: lease, at: lease.until.addingTimeInterval(-1), days: 1) != nil)
    #expect(term.renewal(of: lease, at: lease.until, days: 1) == nil)
  }

  enum Failure: Error { case unexpected }
}
