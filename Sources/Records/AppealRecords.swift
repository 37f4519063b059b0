// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest
public import Names

/// The part of the registry that holds complaints.
public protocol AppealRecords: Sendable {
  /// Puts an appeal on record. Nothing is looked up: taking one is the same work for any name.
  func addAppeal(_ appeal: NewAppeal) async throws(RecordsError) -> Appeal
  /// What whoever filed an appeal may hear of it: one row read, whatever is listed. - Throws: `notFound(.appeal)`.
  func appealStatus(_ id: AppealCase) async throws(RecordsError) -> AppealStatus
  /// One appeal. - Throws: `notFound(.appeal)`.
  func appeal(_ id: AppealCase) async throws(RecordsError) -> Appeal
  /// Appeals in order of arrival.
  func appeals(_ filter: AppealFilter, after: Int64, limit: Int) async throws(RecordsError) -> [Appeal]
  /// Finds the listed entries that cover the name, and gives the appeal to one of `reviewers` by `AppealRules.assignee`;
  /// with nobody eligible it is nobody's. One that somebody of them has already, whose country had no part, is given to another
  /// only when `isNamed`. Refused when decided, or when `isNamed` and none is eligible; then nothing changes.
  /// - Throws: `notFound(.appeal)`.
  func assignAppeal(
    _ id: AppealCase, among reviewers: [Principal], isNamed: Bool, act: Act,
    answering: Answering<AppealOutcome>?
  ) async throws(RecordsError) -> Recorded<AppealOutcome>
  /// The countries that had a part in what was found for an appeal, or covers its name now. - Throws: `notFound(.appeal)`.
  func countriesBehind(_ id: AppealCase) async throws(RecordsError) -> Set<CountryCode>
  /// The appeal with every listed entry that covers its name now: what an officer takes off for it belongs to it first. Or why
  /// `officer` may not take that off, or decide it by `request` once that is off. - Throws: `notFound(.appeal)`.
  func prepareAppeal(_ id: AppealCase, for officer: Principal, deciding request: AppealDecisionRequest?)
    async throws(RecordsError) -> AppealOutcome
  /// Decides, judged by `AppealRules` on what is on record. `keep` lists again what is suspended for the appeal, when its
  /// lease runs, nothing else lists the same, `terms` do not refuse it, and no other appeal removed it. - Throws: `notFound(.appeal)`.
  func decideAppeal(
    _ request: AppealDecisionRequest, terms: ReinstatementTerms, answering: Answering<AppealOutcome>?
  ) async throws(RecordsError) -> Recorded<AppealOutcome>
  /// How long decisions took since `time`.
  func appealClock(since time: Date) async throws(RecordsError) -> AppealClock
}

/// What became of an officer's act.
public typealias AppealOutcome = Result<Appeal, AppealRefusal>

/// An appeal as it arrives.
public struct NewAppeal: Hashable, Sendable {
  /// The case's number, freshly drawn.
  public let id: AppealCase
  /// SHA-256 of its secret.
  public let secretDigest: [UInt8]
  /// The name complained of.
  public let name: DomainName
  /// What is said.
  public let statement: String
  /// How to reach who complains.
  public let contact: String?
  /// When it arrived.
  public let at: Date

  /// An appeal of these particulars.
  public init(
    id: AppealCase, secretDigest: [UInt8], name: DomainName, statement: String, contact: String?, at: Date
  ) {
    self.id = id
    self.secretDigest = secretDigest
    self.name = name
    self.statement = statement
    self.contact = contact
    self.at = at
  }
}

/// Which appeals are asked for.
public struct AppealFilter: Hashable, Sendable {
  /// In this state only.
  public var state: Appeal.State?
  /// Assigned to this reviewer only.
  public var assignee: PrincipalID?

  /// Appeals that match everything given.
  public init(state: Appeal.State? = nil, assignee: PrincipalID? = nil) {
    self.state = state
    self.assignee = assignee
  }
}
