// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Every problem type the service answers with (RFC 9457); the raw value is the stable last part of `/problems/<name>`.
public enum ProblemKind: String, CaseIterable, Hashable, Sendable {
  // Requests that cannot be read
  case malformedBody = "malformed-body"
  case invalidField = "invalid-field"
  case unknownField = "unknown-field"
  case unknownParameter = "unknown-parameter"
  case duplicateParameter = "duplicate-parameter"
  case missingParameter = "missing-parameter"
  case invalidParameter = "invalid-parameter"
  case invalidPath = "invalid-path"
  case invalidUTF8 = "invalid-utf-8"
  case malformedJSON = "malformed-json"
  case malformedRequest = "malformed-request"
  case malformedCSVHeader = "malformed-csv-header"
  case unterminatedQuote = "unterminated-quote"
  case emptySubmission = "empty-submission"
  case tooManyItems = "too-many-items"
  // Who asks
  case credentialRequired = "credential-required"
  case credentialInvalid = "credential-invalid"
  case credentialExpired = "credential-expired"
  case roleRequired = "role-required"
  case rateLimited = "rate-limited"
  // What is asked for
  case notFound = "not-found"
  case methodNotAllowed = "method-not-allowed"
  case notAcceptable = "not-acceptable"
  case unsupportedMediaType = "unsupported-media-type"
  case preconditionFailed = "precondition-failed"
  case rangeNotSatisfiable = "range-not-satisfiable"
  case idempotencyKeyReused = "idempotency-key-reused"
  case listNotFound = "list-not-found"
  case versionNotFound = "version-not-found"
  case formatNotFound = "format-not-found"
  case historyGone = "history-gone"
  case versionAhead = "version-ahead"
  case submissionNotFound = "submission-not-found"
  case entryNotFound = "entry-not-found"
  case agencyNotFound = "agency-not-found"
  case principalNotFound = "principal-not-found"
  case credentialNotFound = "credential-not-found"
  case alreadyExists = "already-exists"
  // Submissions and reviews
  case submissionRefused = "submission-refused"
  case ownSubmission = "own-submission"
  case alreadyReviewed = "already-reviewed"
  case countryAlreadyApproved = "country-already-approved"
  case notReviewable = "not-reviewable"
  case criteriaVersionSuperseded = "criteria-version-superseded"
  case criteriaIncomplete = "criteria-incomplete"
  case criteriaNotMet = "criteria-not-met"
  case scopeWiderThanRegistrable = "scope-wider-than-registrable"
  case scopeOutsideReport = "scope-outside-report"
  case guardedName = "guarded-name"
  case guardedNameNeedsHostScope = "guarded-name-needs-host-scope"
  // The reviewers' desk
  case claimedByAnother = "claimed-by-another"
  case tooManyClaims = "too-many-claims"
  case claimNotFound = "claim-not-found"
  case panelNotFound = "panel-not-found"
  case panelChairRequired = "panel-chair-required"
  case panelMemberNotReviewer = "panel-member-not-reviewer"
  case panelInUse = "panel-in-use"
  case secondLookAlreadyRequired = "second-look-already-required"
  case noOpenQuestion = "no-open-question"
  case embeddedContent = "embedded-content"
  // Appeals
  case appealNotFound = "appeal-not-found"
  case appealNotAssignedToYou = "appeal-not-assigned-to-you"
  case appealAlreadyDecided = "appeal-already-decided"
  case appealCountryInvolved = "appeal-country-involved"
  case appealNameListed = "appeal-name-listed"
  case appealNothingListed = "appeal-nothing-listed"
  // Releases
  case nothingToPublish = "nothing-to-publish"
  case nothingToRevert = "nothing-to-revert"
  case releaseConflict = "release-conflict"
  case wrongEntryState = "wrong-entry-state"
  case leaseRefused = "lease-refused"
  // Credentials
  case renewalRefused = "renewal-refused"
  // Keys
  case noRootProposal = "no-root-proposal"
  case rootProposalRefused = "root-proposal-refused"
  case noTargetsProposal = "no-targets-proposal"
  case targetsProposalRefused = "targets-proposal-refused"
  case proposalConflict = "proposal-conflict"
  // The service itself
  case storeUnavailable = "store-unavailable"
  case publishingUnavailable = "publishing-unavailable"
  case internalError = "internal-error"

  /// The URI reference in `type`.
  public var type: String { "/problems/" + rawValue }
}
