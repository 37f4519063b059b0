// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials

/// A reported name awaiting or past its decision, with everyone who reported it.
public struct Submission: Hashable, Sendable {
  /// Where it stands.
  public enum State: String, CaseIterable, Hashable, Sendable {
    /// Awaiting reviews.
    case open
    /// Approved by enough countries: there is an entry.
    case listed
    /// Rejected by a reviewer.
    case rejected
  }

  /// One report of it.
  public struct Report: Hashable, Sendable {
    /// Who.
    public let principal: PrincipalID
    /// Their agency.
    public let agency: AgencyID
    /// Their country.
    public let country: CountryCode
    /// When.
    public let at: Date
    /// The address as understood.
    public let understood: String
    /// The police's own reference.
    public let caseReference: String?
    /// SHA-256 of the evidence held by the police.
    public let evidence: EvidenceDigest?
    /// When the material was seen online.
    public let seenAt: Date?
    /// A remark for reviewers.
    public let note: String?
    /// What who reported it says on the criteria; it counts for nothing.
    public let answers: ReportedAnswers?

    /// A report of these particulars.
    public init(
      principal: PrincipalID, agency: AgencyID, country: CountryCode, at: Date, understood: String,
      caseReference: String?, evidence: EvidenceDigest?, seenAt: Date?, note: String?,
      answers: ReportedAnswers? = nil
    ) {
      self.principal = principal
      self.agency = agency
      self.country = country
      self.at = at
      self.understood = understood
      self.caseReference = caseReference
      self.evidence = evidence
      self.seenAt = seenAt
      self.note = note
      self.answers = answers
    }
  }

  /// Its number.
  public let id: SubmissionID
  /// For which list.
  public let list: ListName
  /// The reported host.
  public let host: ReportedHost
  /// The entry proposed.
  public let entry: BlocklistEntry
  /// Where it stands.
  public let state: State
  /// When it was first reported.
  public let createdAt: Date
  /// Everyone who reported it, first one first; never empty.
  public let reporters: [Reporter]
  /// The reports that were asked for, first one first.
  public let reports: [Report]
  /// The entry it led to.
  public let entryID: EntryID?

  /// A submission of these particulars; where `reporters` is not given, `reports` are all there are.
  public init(
    id: SubmissionID, list: ListName, host: ReportedHost, entry: BlocklistEntry, state: State,
    createdAt: Date,
    reports: [Report], entryID: EntryID?, reporters: [Reporter]? = nil
  ) {
    self.id = id
    self.list = list
    self.host = host
    self.entry = entry
    self.state = state
    self.createdAt = createdAt
    self.reporters = reporters ?? Self.reporters(of: reports)
    self.reports = reports
    self.entryID = entryID
  }
  private static func reporters(of reports: [Report]) -> [Reporter] {
    var reporters: [Reporter] = []
    for report in reports {
      if let known = reporters.firstIndex(where: { $0.principal == report.principal }) {
        reporters[known].count += 1
      } else {
        reporters.append(
          Reporter(
            principal: report.principal, agency: report.agency, country: report.country, count: 1))
      }
    }
    return reporters
  }
}
