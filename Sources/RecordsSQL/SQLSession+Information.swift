// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

extension SQLSession {
  func information(on id: SubmissionID) throws(RecordsError) -> [Information] {
    try information(where: "submission = ? ORDER BY number", [.integer(id.number)])
  }

  func information(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [Information] {
    let sql = "SELECT submission, review, principal, body, at FROM information WHERE \(condition)"
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      Information(
        submission: SubmissionID(number: row.integer(0)), review: ReviewID(number: row.integer(1)),
        principal: try row.value(2) { PrincipalID($0) }, text: row.text(3), at: row.time(4))
    }
  }

  func answer(_ request: InformationRequest) throws(RecordsError) -> InformationOutcome {
    let submission = try bareSubmission(request.submission)
    guard submission.reporters.contains(where: { $0.principal == request.submitter.id }) else {
      throw .refused(.notFound(.submission))
    }
    let judged = request.judged(
      on: submission, reviews: try reviews(of: submission.id), answers: try information(on: submission.id))
    guard case .success(let told) = judged else { return judged }
    try run(
      "INSERT INTO information(submission, review, principal, body, at) VALUES(?, ?, ?, ?, ?)",
      .integer(submission.id.number), .integer(told.review.number), .text(told.principal.text),
      .text(told.text), .time(told.at))
    try note(
      "question-answered", submission.id.text, told.review.text, Act(by: told.principal, at: told.at))
    return judged
  }
}
