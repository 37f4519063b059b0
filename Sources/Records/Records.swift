// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest
public import Names

/// The registry: everything Cordon must not forget.
///
/// Each mutating operation is one transaction together with its line in the audit trail and, where asked for, the
/// answer kept under an idempotency key. When it returns, its change survives a killed process and a power cut.
/// Reads see one moment. Lists are paged by `after`, the number of the last item seen (0 for the first page).
public protocol Records: ReviewDesk, AppealRecords, ApprovalRecords {
  // People

  /// Adds an agency. - Throws: `alreadyExists`.
  func addAgency(_ agency: Agency, act: Act, answering: Answering<Agency>?) async throws(RecordsError)
    -> Recorded<Agency>
  /// Replaces the domains that an agency calls its own. - Throws: `notFound`.
  func setDomains(_ domains: [DomainName], of agency: AgencyID, act: Act, answering: Answering<Agency>?)
    async throws(RecordsError) -> Recorded<Agency>
  /// Takes up to `wanted` of the requests that `principal` may bring a minute, counted over all processes that share the store; nil
  /// where no other process shares it.
  func takeTurns(of principal: PrincipalID, perMinute: Int, wanted: Int) async throws(RecordsError) -> Turns?
  /// Adds a principal. - Throws: `alreadyExists`, `missingReference(.agency)`; `agencyHasNoVote` for a reviewer of one.
  func addPrincipal(_ principal: NewPrincipal, act: Act, answering: Answering<Principal>?)
    async throws(RecordsError) -> Recorded<Principal>
  /// Adds a credential. - Throws: `alreadyExists`, `missingReference(.principal)`.
  func addCredential(_ credential: NewCredential, act: Act, answering: Answering<Credential>?)
    async throws(RecordsError) -> Recorded<Credential>
  /// Has a credential end at `end`; one that ends before that, or is revoked, stays so. - Throws: `notFound`.
  func limitCredential(_ id: CredentialID, until end: Date, act: Act) async throws(RecordsError) -> Credential
  /// Revokes a credential; one revoked before stays so. - Throws: `notFound`.
  func revokeCredential(_ id: CredentialID, act: Act, answering: Answering<Credential>?)
    async throws(RecordsError) -> Recorded<Credential>
  /// Everyone on record.
  func people() async throws(RecordsError) -> People

  // Submissions and reviews

  /// Stores a batch whole, joining duplicates to the open submission or listed entry that blocks the same.
  func submit<Outcome>(_ batch: SubmissionBatch<Outcome>, answering: Answering<Outcome>?)
    async throws(RecordsError) -> Recorded<Outcome>
  /// One submission. - Throws: `notFound`.
  func submission(_ id: SubmissionID) async throws(RecordsError) -> Submission
  /// One submission with those who reported it, and none of their reports. - Throws: `notFound`.
  func outline(of id: SubmissionID) async throws(RecordsError) -> Submission
  /// Submissions in order of number.
  func submissions(_ filter: SubmissionFilter, after: Int64, limit: Int) async throws(RecordsError)
    -> [Submission]
  /// Open submissions in order of number, with their reviews.
  func reviewQueue(_ filter: QueueFilter, after: Int64, limit: Int) async throws(RecordsError) -> [QueueItem]
  /// The reviews of a submission, oldest first.
  func reviews(of submission: SubmissionID) async throws(RecordsError) -> [Review]
  /// Judges a review on what is on record at that moment, and stores it unless refused. - Throws: `notFound`.
  func addReview(_ request: ReviewRequest, policy: ReviewPolicy, answering: Answering<ReviewOutcome>?)
    async throws(RecordsError) -> Recorded<ReviewOutcome>
  /// Many reviews in one transaction, each judged after the one before. - Throws: `notFound`, and stores none then.
  func addReviews(_ requests: [ReviewRequest], policy: ReviewPolicy, answering: Answering<[ReviewOutcome]>?)
    async throws(RecordsError) -> Recorded<[ReviewOutcome]>

  // Entries

  /// One entry. - Throws: `notFound`.
  func entry(_ id: EntryID) async throws(RecordsError) -> ListedEntry
  /// Entries in order of number.
  func entries(_ filter: EntryFilter, after: Int64, limit: Int) async throws(RecordsError) -> [ListedEntry]
  /// What happened to an entry since it was listed, oldest first, with the reasons given. - Throws: `notFound`.
  func history(of entry: EntryID) async throws(RecordsError) -> [AuditEvent]
  /// How many countries, by as many agencies, approved each entry together: by one submission and one version of the criteria,
  /// with keys that count, and none of them who had reported by then what it blocks.
  func countriesBehind(_ entries: [ListedEntry]) async throws(RecordsError) -> [EntryID: Int]
  /// For each of `entries` that is not listed again when release `version` of `list` is undone, since that release did not take it off last, or
  /// an appeal keeps it off: why.
  func obstacles(toUndoing version: ListVersion, of list: ListName, for entries: [EntryID])
    async throws(RecordsError) -> [EntryID: ReinstatementObstacle]
  /// Takes a listed entry off; one that is off until an appeal is decided, for good. - Throws: `notFound`, `wrongEntryState`.
  func suspend(_ id: EntryID, reason: String, act: Act, answering: Answering<ListedEntry>?)
    async throws(RecordsError) -> Recorded<ListedEntry>
  /// Gives a listed entry a new lease of `days` from now (those of the `terms`, unless given), which ends no earlier than the one before; a
  /// signed `approval` is put on record with it. - Throws: `notFound`, `wrongEntryState`, `ownReport`, `leaseRefused`, `renewalRefused`,
  /// `signatureRefused`.
  func renew(
    _ id: EntryID, days: Int?, terms: RenewalTerms, approval: RenewalApproval?, act: Act,
    answering: Answering<ListedEntry>?
  ) async throws(RecordsError) -> Recorded<ListedEntry>
  /// Lapses every listed entry whose lease has ended at `act.at`; those.
  func lapseEnded(list: ListName, act: Act) async throws(RecordsError) -> [ListedEntry]

  // Releases

  /// Everything a release of `list` is made from, with the entries live at `now`.
  func publicationBasis(list: ListName, at now: Date) async throws(RecordsError) -> PublicationBasis
  /// The same without a value for each entry, at one moment: for a release of a list of any length.
  /// - Parameter inquiry: the entries to return by themselves, if they are live.
  func liveEntries(list: ListName, at now: Date, asking inquiry: EntryInquiry) async throws(RecordsError)
    -> LiveEntries
  /// Commits a release under the next number, with its entry changes and metadata.
  /// - Throws: `releaseConflict`, `metadataConflict` (read the basis again), `guardConflict` (read the guards again),
  ///   `nothingToRelease`, `wrongEntryState`.
  func commitRelease(_ draft: ReleaseDraft, act: Act, answering: Answering<Release>?)
    async throws(RecordsError) -> Recorded<Release>
  /// The lists that have releases, entries or submissions, by name.
  func lists() async throws(RecordsError) -> [ListName]
  /// The latest release; nil before the first.
  func latestRelease(list: ListName) async throws(RecordsError) -> Release?
  /// Releases in order of version.
  func releases(list: ListName, after: ListVersion, limit: Int) async throws(RecordsError) -> [Release]
  /// What release `version` held, in order of text. - Throws: `notFound`; version 0 is empty.
  func publishedEntries(list: ListName, version: ListVersion) async throws(RecordsError) -> [BlocklistEntry]
  /// The octets of `entries.txt` of release `version`: each entry a line, in order of octets. - Throws: `notFound`; version 0
  /// is empty.
  func publishedText(list: ListName, version: ListVersion) async throws(RecordsError) -> [UInt8]
  /// The text of each step from a release to the next, from `from` to `to`, in order: a line `-entry` for each that went, then
  /// `+entry` for each that came. - Throws: `versionAhead`.
  func stepTexts(list: ListName, from: ListVersion, to: ListVersion) async throws(RecordsError) -> [[UInt8]]
  /// What leads from `from` to `to`, or to the latest when nil. - Throws: `versionAhead`.
  func changes(list: ListName, from: ListVersion, to: ListVersion?) async throws(RecordsError) -> ListChanges

  // Signed repository

  /// All metadata files.
  func metadata() async throws(RecordsError) -> MetadataSnapshot
  /// Puts files, replacing those of the same name; the new revision. - Throws: `metadataConflict`.
  func saveMetadata(
    _ files: [MetadataFile], expecting revision: Int64, droppingProposal: Bool, act: Act,
    answering: Answering<Int64>?
  ) async throws(RecordsError) -> Recorded<Int64>
  /// The root proposal.
  func rootProposal() async throws(RecordsError) -> RootProposalRecord
  /// Puts or (nil) drops the root proposal; the record after it. - Throws: `proposalConflict`.
  func saveRootProposal(
    _ octets: [UInt8]?, expecting revision: Int64, act: Act, answering: Answering<RootProposalRecord>?
  ) async throws(RecordsError) -> Recorded<RootProposalRecord>

  // Guard list

  /// Rises with every change to what is guarded: by name, or as an agency's own.
  func guardRevision() async throws(RecordsError) -> Int64
  /// The guarded names, by name.
  func guardedNames() async throws(RecordsError) -> [GuardEntry]
  /// Guards names, replacing what was said of them before; how many.
  func guardNames(_ entries: [GuardEntry], act: Act, answering: Answering<Int>?) async throws(RecordsError)
    -> Recorded<Int>
  /// Stops guarding a name; that name. - Throws: `notFound`.
  func unguard(_ name: DomainName, act: Act, answering: Answering<DomainName>?) async throws(RecordsError)
    -> Recorded<DomainName>

  // Readers

  /// Takes a receipt; the latest of each reader and list is kept.
  func addReceipt(_ receipt: Receipt, answering: Answering<Receipt>?) async throws(RecordsError)
    -> Recorded<Receipt>
  /// The latest receipt of each reader.
  func receipts(list: ListName) async throws(RecordsError) -> [Receipt]
  /// Takes a hold.
  func addHold(_ hold: Hold, answering: Answering<Hold>?) async throws(RecordsError) -> Recorded<Hold>
  /// The holds, newest first.
  func holds(list: ListName, limit: Int) async throws(RecordsError) -> [Hold]
  /// The readers with a hold that stands, each once, by identifier.
  func standingHolders(list: ListName) async throws(RecordsError) -> [PrincipalID]
  /// Lifts every hold that stands on a list; how many.
  func liftHolds(list: ListName, reason: String, act: Act, answering: Answering<Int>?)
    async throws(RecordsError) -> Recorded<Int>

  // Trail and upkeep

  /// The answer kept under a key; nil for a new key. - Throws: `idempotencyKeyReused` for another request.
  func answer(for key: IdempotencyKey) async throws(RecordsError) -> StoredAnswer?
  /// Drops the answers kept before `time`; how many.
  func forgetAnswers(before time: Date) async throws(RecordsError) -> Int
  /// Adds a line to the audit trail for something that is no change of its own (a reveal, a sign-in refused).
  func note(action: String, subject: String, rule: String, act: Act) async throws(RecordsError)
  /// The audit trail in order of number.
  func audit(after: Int64, limit: Int) async throws(RecordsError) -> [AuditEvent]
  /// Whether the store answers, and takes writes as far as is known. Waits for no writer. - Throws: `fault`, `fatal`.
  func probe() async throws(RecordsError)
  /// Checks the store's integrity and Cordon's invariants; one line for each thing wrong, without names.
  func check() async throws(RecordsError) -> [String]
  /// Closes the store; every operation after it is a fault.
  func close() async
}
