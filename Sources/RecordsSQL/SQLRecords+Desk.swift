// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest
public import Records

extension SQLRecords {
  /// One submission without reports.
  public func outline(of id: SubmissionID) async throws(RecordsError) -> Submission {
    try await read { (connection: Session) throws(RecordsError) in try connection.bareSubmission(id) }
  }

  /// Claims an open submission.
  public func claim(
    _ request: ClaimRequest, policy: ReviewPolicy, answering: Answering<ClaimOutcome>?
  ) async throws(RecordsError) -> Recorded<ClaimOutcome> {
    try await mutate(answering, at: request.at) { (connection: Session) throws(RecordsError) in
      try connection.claim(request, policy: policy)
    }
  }

  /// Gives back a claim.
  public func dropClaim(
    _ id: SubmissionID, act: Act, answering: Answering<SubmissionID>?
  ) async throws(RecordsError) -> Recorded<SubmissionID> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.dropClaim(id, act: act)
      return id
    }
  }

  /// The panels.
  public func panels() async throws(RecordsError) -> [Panel] {
    try await read { (connection: Session) throws(RecordsError) in try connection.panels() }
  }

  /// Adds or replaces a panel.
  public func savePanel(
    _ panel: Panel, act: Act, answering: Answering<PanelOutcome>?
  ) async throws(RecordsError) -> Recorded<PanelOutcome> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.save(panel, act: act)
    }
  }

  /// Removes a panel.
  public func removePanel(
    _ id: PanelID, act: Act, answering: Answering<PanelOutcome>?
  ) async throws(RecordsError) -> Recorded<PanelOutcome> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.removePanel(id, act: act)
    }
  }

  /// Requires a second look.
  public func requireSecondLook(
    _ request: SecondLookRequest, answering: Answering<SecondLookOutcome>?
  ) async throws(RecordsError) -> Recorded<SecondLookOutcome> {
    try await mutate(answering, at: request.at) { (connection: Session) throws(RecordsError) in
      try connection.require(request)
    }
  }

  /// What a chair asked of a submission.
  public func secondLook(on submission: SubmissionID) async throws(RecordsError) -> SecondLook? {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.secondLook(on: submission)
    }
  }

  /// Answers the reviewers' open question.
  public func answerQuestion(
    _ request: InformationRequest, answering: Answering<InformationOutcome>?
  ) async throws(RecordsError) -> Recorded<InformationOutcome> {
    try await mutate(answering, at: request.at) { (connection: Session) throws(RecordsError) in
      try connection.answer(request)
    }
  }

  /// The answers to reviewers' questions.
  public func information(on submission: SubmissionID) async throws(RecordsError) -> [Information] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.information(on: submission)
    }
  }
}
