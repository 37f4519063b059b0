// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest

/// How much of a submission one person sees. Reporting a name which others reported too must not open their reports: whoever
/// reported it sees in full what came from their own agency. Those who review or audit see that there are others, masked until
/// they ask to have them revealed, which is in the trail; anybody else does not see them.
struct SubmissionSight {
  let person: Principal
  /// Whether this person asked for what is masked, and may.
  let isRevealed: Bool

  init(_ exchange: Exchange) throws(Problem) {
    person = try exchange.requirePrincipal()
    isRevealed = exchange.flag("reveal") && Self.decides(person)
  }

  /// Whether this person sees submissions that others reported.
  var seesAll: Bool { Self.decides(person) }

  /// Whether this person reported it.
  func isReporter(of submission: Submission) -> Bool {
    submission.reporters.contains { $0.principal == person.id }
  }

  /// The reports shown.
  func reports(of submission: Submission) -> [Submission.Report] {
    seesAll ? submission.reports : submission.reports.filter { isOwn($0, of: submission) }
  }

  /// How many there are of those shown, on record: lists of submissions show the first of each person's.
  func reportCount(of submission: Submission) -> Int {
    submission.reporters.filter { seesAll || $0.agency == person.agency && isReporter(of: submission) }
      .reduce(0) { $0 + $1.count }
  }

  /// Whether a report of `submission` is shown in full without being revealed.
  func isOwn(_ report: Submission.Report, of submission: Submission) -> Bool {
    report.agency == person.agency && isReporter(of: submission)
  }

  /// Whether what is shown in full came from others too.
  func revealsOthers(of submission: Submission) -> Bool {
    isRevealed && isPartlyOthers(submission)
  }

  /// Whether anything shown of it is masked.
  func isMasked(_ submission: Submission) -> Bool { !isRevealed && isPartlyOthers(submission) }

  /// Whether the name is shown.
  func showsName(of submission: Submission) -> Bool { isRevealed || isReporter(of: submission) }

  /// Whether an answer to reviewers is told with its words; nil when it is not told at all.
  func showsWords(of information: Information, on submission: Submission) -> Bool? {
    let isOwn =
      isReporter(of: submission)
      && submission.reporters.contains {
        $0.principal == information.principal && $0.agency == person.agency
      }
    if isOwn || isRevealed { return true }
    return seesAll ? false : nil
  }

  /// Whether the reason of a decision is told: questions and rejections are meant for those who reported, remarks on an approval for
  /// those who decide. Who did not report sees others' words, which may tell the name or the content, only when revealed.
  func showsReason(of review: Review, on submission: Submission) -> Bool {
    if isRevealed || review.principal == person.id { return true }
    return isReporter(of: submission) && (seesAll || review.decision != .approve)
  }

  /// Whether the reason for a second look is told.
  func showsReason(of look: SecondLook, on submission: Submission) -> Bool {
    isRevealed || look.chair == person.id || isReporter(of: submission)
  }

  private func isPartlyOthers(_ submission: Submission) -> Bool {
    guard isReporter(of: submission) else { return true }
    return seesAll && submission.reporters.contains { $0.agency != person.agency }
  }

  private static func decides(_ person: Principal) -> Bool {
    !person.roles.isDisjoint(with: [.reviewer, .auditor])
  }
}
