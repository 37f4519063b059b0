// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest

/// The part of the registry that reviewers share their work by.
///
/// A refusal by the rules is an outcome, not an error, and stores nothing.
public protocol ReviewDesk: Sendable {
  /// Claims an open submission, judged by `ClaimRules` on what is on record at that moment.
  /// - Throws: `notFound(.submission)`.
  func claim(_ request: ClaimRequest, policy: ReviewPolicy, answering: Answering<ClaimOutcome>?)
    async throws(RecordsError) -> Recorded<ClaimOutcome>
  /// Gives back one's claim. - Throws: `notFound(.claim)` when `act.principal` holds none on it at `act.at`.
  func dropClaim(_ id: SubmissionID, act: Act, answering: Answering<SubmissionID>?)
    async throws(RecordsError) -> Recorded<SubmissionID>

  /// The panels, by handle.
  func panels() async throws(RecordsError) -> [Panel]
  /// Adds a panel, or replaces the one of that handle; refused when a member is no reviewer.
  /// - Throws: `missingReference(.principal)`.
  func savePanel(_ panel: Panel, act: Act, answering: Answering<PanelOutcome>?) async throws(RecordsError)
    -> Recorded<PanelOutcome>
  /// Removes a panel; refused while an open submission waits for its second look. - Throws: `notFound(.panel)`.
  func removePanel(_ id: PanelID, act: Act, answering: Answering<PanelOutcome>?) async throws(RecordsError)
    -> Recorded<PanelOutcome>
  /// Requires a second look, judged by `SecondLookRequest`. - Throws: `notFound(.submission)`, `notFound(.panel)`.
  func requireSecondLook(_ request: SecondLookRequest, answering: Answering<SecondLookOutcome>?)
    async throws(RecordsError) -> Recorded<SecondLookOutcome>
  /// What a chair asked of a submission; nil when nothing.
  func secondLook(on submission: SubmissionID) async throws(RecordsError) -> SecondLook?

  /// Answers the reviewers' open question. - Throws: `notFound(.submission)`, also for who never reported it.
  func answerQuestion(_ request: InformationRequest, answering: Answering<InformationOutcome>?)
    async throws(RecordsError) -> Recorded<InformationOutcome>
  /// The answers to reviewers' questions, oldest first.
  func information(on submission: SubmissionID) async throws(RecordsError) -> [Information]
}

/// What became of a claim.
public typealias ClaimOutcome = Result<ReviewClaim, ReviewRefusal>
/// What became of a panel.
public typealias PanelOutcome = Result<Panel, DeskRefusal>
/// What became of a chair's request.
public typealias SecondLookOutcome = Result<SecondLook, DeskRefusal>
/// What became of an answer.
public typealias InformationOutcome = Result<Information, DeskRefusal>
