// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
private import StrictJSON

/// What an agency signs when it approves: eight lines, each ended by a line feed, and nothing more.
///
/// ```
/// cordon-approval 1
/// list worst-of
/// entry .bad.example
/// criteria interpol-baseline/1
/// submitted 2026-11-24T09:00:00Z
/// decided 2026-11-26T12:00:00Z
/// agency police-tt
/// country TT
/// ```
///
/// The first line keeps the signature from being taken for one over anything else. The entry carries its scope: a dot in
/// front for the name and everything below it.
public struct ApprovalStatement: Hashable, Sendable {
  /// The first line, without its line feed.
  public static let domain = "cordon-approval 1"

  /// For which list.
  public let list: ListName
  /// What is approved, with its scope.
  public let entry: BlocklistEntry
  /// By which criteria.
  public let criteria: CriteriaVersion
  /// When it was first reported.
  public let submittedAt: Date
  /// When it was decided.
  public let decidedAt: Date
  /// By which agency.
  public let agency: AgencyID
  /// Of which country.
  public let country: CountryCode

  /// A statement of these parts.
  public init(
    list: ListName, entry: BlocklistEntry, criteria: CriteriaVersion, submittedAt: Date, decidedAt: Date,
    agency: AgencyID, country: CountryCode
  ) {
    self.list = list
    self.entry = entry
    self.criteria = criteria
    self.submittedAt = submittedAt
    self.decidedAt = decidedAt
    self.agency = agency
    self.country = country
  }

  /// The text that is signed.
  public var text: String {
    """
    \(Self.domain)
    list \(list)
    entry \(entry)
    criteria \(criteria)
    submitted \(RFC3339.format(submittedAt))
    decided \(RFC3339.format(decidedAt))
    agency \(agency)
    country \(country)

    """
  }

  /// The octets that are signed.
  public var octets: [UInt8] { Array(text.utf8) }
}

/// One version of some criteria, spelled `interpol-baseline/1`.
public struct CriteriaVersion: Hashable, Sendable, CustomStringConvertible {
  /// Which criteria: lower-case letters, digits and single hyphens, at most 64.
  public let id: String
  /// Which version, from 1.
  public let version: Int

  /// A version; nil for an id of another form, or a version below 1.
  public init?(id: String, version: Int) {
    guard Handle<Self>(id) != nil, version >= 1 else { return nil }
    self.id = id
    self.version = version
  }

  /// The version spelled by `text`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let version = Int(parts[1]), String(version) == parts[1] else { return nil }
    self.init(id: String(parts[0]), version: version)
  }

  /// The spelling.
  public var description: String { "\(id)/\(version)" }
}

extension Criteria {
  /// Which version these are.
  public var designation: CriteriaVersion? { CriteriaVersion(id: id, version: version) }
}
