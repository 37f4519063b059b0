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
}

/// What became of a claim.
public typealias ClaimOutcome = Result<ReviewClaim, ReviewRefusal>
