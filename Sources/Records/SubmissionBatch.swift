// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest

/// Admitted items to be stored together: all or none.
///
/// The items need never stand in memory together: whoever brings them goes through them inside the transaction, and makes of
/// what became of them what it wants to know.
public struct SubmissionBatch<Outcome: Sendable>: Sendable {
  /// Stores the next items, and says what became of each.
  public typealias Store = ([AdmittedItem]) throws(RecordsError) -> [SubmissionOutcome.Item]

  /// For which list.
  public let list: ListName
  /// Who reports.
  public let submitter: Principal
  /// When.
  public let at: Date
  /// How many items there are.
  public let count: Int
  /// The most reports of the submitter on one submission.
  public let mostReportsOfOne: Int
  /// Gives all items to the store in their order, some at a time; once inside each transaction, the same each time.
  public let walk: @Sendable (Store) throws(RecordsError) -> Outcome

  /// A batch whose items are read as they are stored. What `walk` throws undoes what was stored of it.
  public init(
    list: ListName, submitter: Principal, at: Date, count: Int,
    mostReportsOfOne: Int = Submission.mostReportsOfOne,
    walk: @escaping @Sendable (Store) throws(RecordsError) -> Outcome
  ) {
    self.list = list
    self.submitter = submitter
    self.at = at
    self.count = count
    self.mostReportsOfOne = mostReportsOfOne
    self.walk = walk
  }
}

extension SubmissionBatch where Outcome == SubmissionOutcome {
  /// A batch of few items.
  public init(list: ListName, submitter: Principal, at: Date, items: [AdmittedItem]) {
    self.init(list: list, submitter: submitter, at: at, count: items.count) { store throws(RecordsError) in
      SubmissionOutcome(items: try store(items))
    }
  }
}

/// What became of each item of a batch, in its order.
public struct SubmissionOutcome: Hashable, Sendable {
  /// What became of one item.
  public enum Item: Hashable, Sendable {
    /// A new submission.
    case created(SubmissionID)
    /// Another report on an open submission of the same entry, or one that is on record already.
    case joined(SubmissionID)
    /// The same on the submission behind an entry that is listed already and blocks the same.
    case joinedEntry(EntryID, SubmissionID)
    /// No report: the submitter has as many on that submission as one may.
    case refused(ReportRefusal, limit: Int)
  }

  /// One for each item of the batch.
  public let items: [Item]

  /// An outcome.
  public init(items: [Item]) {
    self.items = items
  }
}

/// Which submissions are asked for.
public struct SubmissionFilter: Hashable, Sendable {
  /// Of this list only.
  public var list: ListName?
  /// In this state only.
  public var state: Submission.State?
  /// With a report of this person only.
  public var reporter: PrincipalID?
  /// Open, with a reviewer's question that nobody answered, only.
  public var isAsked: Bool

  /// Submissions that match everything given.
  public init(
    list: ListName? = nil, state: Submission.State? = nil, reporter: PrincipalID? = nil, isAsked: Bool = false
  ) {
    self.list = list
    self.state = state
    self.reporter = reporter
    self.isAsked = isAsked
  }
}

/// Whom the review queue is for: what they cannot decide is left out.
public struct QueueFilter: Hashable, Sendable {
  /// Of this list only.
  public var list: ListName?
  /// Leaves out what this person reported or decided, and what their country approved, as far as that counts by `terms`.
  public var reviewer: Principal?
  /// By which approvals of each list are judged; empty: all count.
  public var terms: [Terms] = []
  /// First reported by this country only.
  public var country: CountryCode?
  /// First reported at this time or before only.
  public var reportedBy: Date?
  /// By who holds a claim at `now`; needs `reviewer` and `now`.
  public var claims: ClaimFilter?
  /// The time that claims are judged by; nil shows none.
  public var now: Date?

  /// Which approvals of a list count.
  public struct Terms: Hashable, Sendable {
    /// Of which list.
    public let list: ListName
    /// Those by these criteria.
    public let criteriaID: String
    /// In this version.
    public let criteriaVersion: Int
    /// Whether only signed ones do.
    public let isSignatureRequired: Bool

    /// Terms of these parts.
    public init(list: ListName, criteriaID: String, criteriaVersion: Int, isSignatureRequired: Bool) {
      self.list = list
      self.criteriaID = criteriaID
      self.criteriaVersion = criteriaVersion
      self.isSignatureRequired = isSignatureRequired
    }
  }

  /// Whose claims matter.
  public enum ClaimFilter: String, CaseIterable, Hashable, Sendable {
    /// What nobody else holds.
    case free
    /// What the reviewer holds.
    case mine
  }

  /// The queue for `reviewer`, or the whole.
  public init(
    list: ListName? = nil, reviewer: Principal? = nil, country: CountryCode? = nil,
    reportedBy: Date? = nil, claims: ClaimFilter? = nil, now: Date? = nil
  ) {
    self.list = list
    self.reviewer = reviewer
    self.country = country
    self.reportedBy = reportedBy
    self.claims = claims
    self.now = now
  }
}

/// An open submission with the reviews on record for it.
public struct QueueItem: Hashable, Sendable {
  /// The submission.
  public let submission: Submission
  /// Its reviews, oldest first.
  public let reviews: [Review]
  /// The claim that runs on it.
  public let claim: ReviewClaim?
  /// What a panel's chair asks besides.
  public let secondLook: SecondLook?
  /// The answers to reviewers' questions, oldest first.
  public let information: [Information]

  /// An item of the queue.
  public init(
    submission: Submission, reviews: [Review], claim: ReviewClaim? = nil, secondLook: SecondLook? = nil,
    information: [Information] = []
  ) {
    self.submission = submission
    self.reviews = reviews
    self.claim = claim
    self.secondLook = secondLook
    self.information = information
  }
}

/// What became of a review.
public struct ReviewOutcome: Hashable, Sendable {
  /// The verdict. When refused, nothing was stored.
  public let verdict: Verdict
  /// The submission after it.
  public let submission: Submission
  /// The review, unless refused.
  public let review: Review?
  /// The approvals that count together for the entry approved, this one included.
  public let approvals: [Review]
  /// The entry, when listed.
  public let entry: ListedEntry?
  /// What a panel's chair asked besides.
  public let secondLook: SecondLook?

  /// An outcome.
  public init(
    verdict: Verdict, submission: Submission, review: Review?, approvals: [Review], entry: ListedEntry?,
    secondLook: SecondLook? = nil
  ) {
    self.verdict = verdict
    self.submission = submission
    self.review = review
    self.approvals = approvals
    self.entry = entry
    self.secondLook = secondLook
  }
}

/// Which entries are asked for.
public struct EntryFilter: Hashable, Sendable {
  /// Of this list only.
  public var list: ListName?
  /// In this state only.
  public var state: ListedEntry.State?
  /// Whose lease ends before this time only (due for recheck).
  public var leaseEndsBefore: Date?
  /// Exactly this entry, or one that covers its name, only.
  public var covering: BlocklistEntry?

  /// Entries that match everything given.
  public init(
    list: ListName? = nil, state: ListedEntry.State? = nil, leaseEndsBefore: Date? = nil,
    covering: BlocklistEntry? = nil
  ) {
    self.list = list
    self.state = state
    self.leaseEndsBefore = leaseEndsBefore
    self.covering = covering
  }
}
