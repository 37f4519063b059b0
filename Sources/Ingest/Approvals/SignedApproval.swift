// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import Cryptography
public import FoundationEssentials
private import StrictJSON

/// An approval with its signature, as releases carry it: all of the statement but the list, which the file belongs to, and
/// the country, which `agencies.json` says.
public struct SignedApproval: Hashable, Sendable {
  /// What is approved.
  public let entry: BlocklistEntry
  /// By which criteria.
  public let criteria: CriteriaVersion
  /// When it was first reported.
  public let submittedAt: Date
  /// When it was decided.
  public let decidedAt: Date
  /// By which agency.
  public let agency: AgencyID
  /// 64 octets (RFC 8032 §5.1.6).
  public let signature: [UInt8]

  /// The octets of a signature.
  public static let signatureLength = 64

  /// An approval; nil unless the signature has 64 octets.
  public init?(
    entry: BlocklistEntry, criteria: CriteriaVersion, submittedAt: Date, decidedAt: Date, agency: AgencyID,
    signature: [UInt8]
  ) {
    guard signature.count == Self.signatureLength else { return nil }
    self.entry = entry
    self.criteria = criteria
    self.submittedAt = submittedAt
    self.decidedAt = decidedAt
    self.agency = agency
    self.signature = signature
  }

  /// What was signed, when the agency is of `country`.
  public func statement(list: ListName, country: CountryCode) -> ApprovalStatement {
    ApprovalStatement(
      list: list, entry: entry, criteria: criteria, submittedAt: submittedAt, decidedAt: decidedAt,
      agency: agency, country: country)
  }

  /// The line, without its line feed: entry, criteria, reported, decided, agency, signature (base64), a blank between.
  public var line: String {
    let times = "\(RFC3339.format(submittedAt)) \(RFC3339.format(decidedAt))"
    return "\(entry) \(criteria) \(times) \(agency) \(Self.base64(signature))"
  }

  /// The approval that a line spells; nil for any other spelling.
  public init?(line: some Sequence<UInt8>) {
    let text = String(decoding: Array(line), as: UTF8.self)
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 6, let entry = try? BlocklistEntry(parsing: parts[0]),
      let criteria = CriteriaVersion(parts[1]), let submitted = RFC3339.parse(String(parts[2])),
      let decided = RFC3339.parse(String(parts[3])), let agency = AgencyID(String(parts[4])),
      let signature = Self.octets(base64: String(parts[5]))
    else { return nil }
    self.init(
      entry: entry, criteria: criteria, submittedAt: submitted, decidedAt: decided, agency: agency,
      signature: signature)
  }

  /// A signature in base64 (RFC 4648 §4), with padding.
  public static func base64(_ signature: [UInt8]) -> String { Data(signature).base64EncodedString() }

  /// The signature that `text` spells in the one way there is; nil for anything else.
  public static func octets(base64 text: String) -> [UInt8]? {
    guard text.utf8.count <= 96, let data = Data(base64Encoded: text), data.count == signatureLength,
      data.base64EncodedString() == text
    else { return nil }
    return Array(data)
  }
}
