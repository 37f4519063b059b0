// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Submission {
  /// Somebody who reported it, however often: what the rules look at.
  public struct Reporter: Hashable, Sendable {
    /// Who.
    public let principal: PrincipalID
    /// Their agency.
    public let agency: AgencyID
    /// Their country.
    public let country: CountryCode
    /// How many reports of theirs are on record.
    public internal(set) var count: Int

    /// This person.
    public init(principal: PrincipalID, agency: AgencyID, country: CountryCode, count: Int) {
      self.principal = principal
      self.agency = agency
      self.country = country
      self.count = count
    }
  }

  /// The most reports that one person may have on one submission, unless configured otherwise.
  public static let mostReportsOfOne = 100

  /// Of each person's reports, lists of submissions show the first so many.
  public static let reportsInLists = 5
}

/// Why a report is not kept though its item is in form; the raw value is the public word.
public enum ReportRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// The same person has as many reports on the same submission as one may.
  case tooManyReports = "too-many-reports"

  /// One sentence for the submitter.
  public func detail(limit: Int) -> String {
    "Your reports on record for the same entry: \(limit), the most there may be; it is decided on those."
  }
}

extension AdmittedItem {
  /// Whether a report of this item says nothing that one of `other` by the same person did not.
  public func saysTheSame(as other: AdmittedItem) -> Bool {
    understood == other.understood && caseReference == other.caseReference && evidence == other.evidence
      && seenAt == other.seenAt && note == other.note && answers == other.answers
  }
}
