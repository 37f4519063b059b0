// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import Ingest
internal import Publication
internal import Records
internal import StrictJSON

/// Refusals and faults of the domain, each as the problem the client is told.
extension Problem {
  init(records error: RecordsError) {
    switch error {
    case .refused(let refusal): self.init(refusal: refusal)
    case .fault: self.init(.storeUnavailable, fields: ["Retry-After": "5"])
    case .fatal: self.init(.internalError)
    }
  }

  init(refusal: RecordsRefusal) {
    switch refusal {
    case .notFound(let kind), .missingReference(let kind): self.init(Self.missing(kind))
    case .alreadyExists: self.init(.alreadyExists)
    case .releaseConflict, .metadataConflict, .guardConflict: self.init(.releaseConflict)
    case .proposalConflict: self.init(.proposalConflict)
    case .nothingToRelease: self.init(.nothingToPublish)
    case .wrongEntryState: self.init(.wrongEntryState)
    case .ownReport:
      self.init(.ownSubmission, "You reported what it blocks; a different person has to confirm it.")
    case .leaseRefused: self.init(.leaseRefused)
    case .renewalRefused(let refusal):
      self.init(ProblemKind(rawValue: refusal.problemType) ?? .internalError, refusal.detail)
    case .versionAhead(let latest):
      self.init(.versionAhead, extras: ["latest": .integer(Int64(latest.number))])
    case .agencyHasNoVote: self.init(.agencyHasNoVote)
    case .tooManyKeys: self.init(.tooManyAgencyKeys)
    case .signatureRefused(let refusal): self.init(signature: refusal)
    case .batchRefused: self.init(.submissionRefused)
    case .idempotencyKeyReused: self.init(.idempotencyKeyReused)
    }
  }

  init(publication error: PublicationError) {
    switch error {
    case .unknownList: self.init(.listNotFound)
    case .unknownRelease(let latest):
      self.init(.versionNotFound, extras: ["latest": .integer(Int64(latest.number))])
    case .nothingToPublish: self.init(.nothingToPublish)
    case .allWithheld(let entries):
      self.init(
        .nothingToPublish,
        "All that is approved and in no release is guarded meanwhile (entries: \(entries.count)): it stays off.",
        extras: ["withheld": Render.withheld(entries)])
    case .nothingToRevert: self.init(.nothingToRevert)
    case .guardedMeanwhile(let count):
      self.init(
        .nothingToRevert,
        "Undoing it would only list again what is guarded meanwhile (entries: \(count)): those stay off.")
    case .clockInDoubt:
      self.init(
        .publishingUnavailable,
        "The server's clock is far beyond the last time it served, and nothing confirms it: by it, entries would end that have not. Suspensions go on."
      )
    case .takenOffOtherwise(let count):
      self.init(
        .nothingToRevert,
        "Undoing it would only list again what something else took off as well, an appeal keeps off or is guarded (entries: \(count)): those stay off."
      )
    case .rootMissing: self.init(.publishingUnavailable, "The root of trust is not installed.")
    case .manifest, .list: self.init(.publishingUnavailable)
    case .contention, .guardsChanged: self.init(.releaseConflict, fields: ["Retry-After": "1"])
    case .proposalRefused(let rule): self.init(.rootProposalRefused, rule)
    case .noProposal: self.init(.noRootProposal)
    case .records(let error): self.init(records: error)
    }
  }

  init(body error: SubmissionBodyError) {
    self.init(
      ProblemKind(rawValue: error.problemType) ?? .malformedBody, error.detail,
      extras: ["line": .integer(Int64(error.line)), "column": .integer(Int64(error.column))])
  }

  init(review refusal: ReviewRefusal) {
    var extras: JSONObject = [:]
    switch refusal {
    case .criteriaIncomplete(let keys), .criteriaNotMet(let keys):
      extras["criteria"] = .array(keys.map { .string($0) })
    case .criteriaVersionSuperseded(let id, let version):
      extras["in_force"] = ["id": .string(id), "version": .integer(Int64(version))]
    case .notReviewable(let state): extras["state"] = .string(state.rawValue)
    case .claimedByAnother(let claim):
      extras["holder"] = .string(claim.holder.text)
      extras["until"] = Render.time(claim.until)
    case .tooManyClaims(let limit): extras["limit"] = .integer(Int64(limit))
    case .claimedTooLong(let time): extras["again"] = Render.time(time)
    case .signature(let refusal):
      self.init(signature: refusal)
      return
    default: break
    }
    self.init(ProblemKind(rawValue: refusal.problemType) ?? .internalError, refusal.detail, extras: extras)
  }

  init(signature refusal: SignatureRefusal) {
    var extras: JSONObject = [:]
    switch refusal {
    case .wrongTime(let earliest, let latest):
      extras["earliest"] = Render.time(earliest)
      extras["latest"] = Render.time(latest)
    case .keyNotYetValid(let time): extras["valid_from"] = Render.time(time)
    case .keyEnded(let time): extras["valid_until"] = Render.time(time)
    case .required, .unknownKey, .wrongAgency, .invalid: break
    }
    self.init(ProblemKind(rawValue: refusal.problemType) ?? .internalError, refusal.detail, extras: extras)
  }

  init(desk refusal: DeskRefusal) {
    var extras: JSONObject = [:]
    switch refusal {
    case .notOpen(let state): extras["state"] = .string(state.rawValue)
    case .secondLookAlreadyRequired(let panel): extras["panel"] = .string(panel.text)
    case .panelInUse(let submissions): extras["submissions"] = Render.number(submissions)
    case .notPanelChair, .notAReviewer, .noOpenQuestion: break
    }
    self.init(ProblemKind(rawValue: refusal.problemType) ?? .internalError, refusal.detail, extras: extras)
  }

  init(appeal refusal: AppealRefusal) {
    self.init(ProblemKind(rawValue: refusal.rawValue) ?? .internalError, refusal.detail)
  }

  private static func missing(_ kind: RecordsRefusal.Kind) -> ProblemKind {
    switch kind {
    case .agency: .agencyNotFound
    case .principal: .principalNotFound
    case .credential: .credentialNotFound
    case .submission: .submissionNotFound
    case .entry: .entryNotFound
    case .release: .versionNotFound
    case .guardedName: .notFound
    case .claim: .claimNotFound
    case .panel: .panelNotFound
    case .appeal: .appealNotFound
    case .agencyKey: .agencyKeyNotFound
    }
  }
}
