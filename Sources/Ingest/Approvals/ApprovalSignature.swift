// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
private import StrictJSON

/// A signature as it comes with a review or a renewal.
public struct ApprovalSignature: Hashable, Sendable {
  /// By which key; nil to try the agency's.
  public let keyid: String?
  /// 64 octets.
  public let octets: [UInt8]
  /// The time of decision that was signed.
  public let decidedAt: Date

  /// A signature.
  public init(keyid: String?, octets: [UInt8], decidedAt: Date) {
    self.keyid = keyid
    self.octets = octets
    self.decidedAt = decidedAt
  }
}

/// What a list asks of signatures.
public struct SigningPolicy: Hashable, Sendable {
  /// Whether an approval without one is refused.
  public let isRequired: Bool
  /// How long before now the signed time of decision may lie, in minutes.
  public let maximumAgeMinutes: Int
  /// How far after now it may lie, for clocks that differ, in minutes.
  public let maximumAheadMinutes: Int

  /// Welcome and not required; an hour back, five minutes ahead.
  public static let optional = SigningPolicy(isRequired: false)

  /// A policy.
  public init(isRequired: Bool, maximumAgeMinutes: Int = 60, maximumAheadMinutes: Int = 5) {
    self.isRequired = isRequired
    self.maximumAgeMinutes = maximumAgeMinutes
    self.maximumAheadMinutes = maximumAheadMinutes
  }

  /// The key that made `signature` over the statement that `statement` makes of the time decided; a refusal otherwise.
  ///
  /// - Parameter keys: all on record.
  public func key(
    of signature: ApprovalSignature, by agency: AgencyID, among keys: [AgencySigningKey], now: Date,
    statement: (Date) -> ApprovalStatement
  ) -> Result<AgencySigningKey, SignatureRefusal> {
    let decided = signature.decidedAt
    let text = statement(decided)
    // What was reported by a clock that ran ahead can be approved all the same.
    let earliest = max(now.addingTimeInterval(-60 * Double(maximumAgeMinutes)), min(text.submittedAt, now))
    let latest = now.addingTimeInterval(60 * Double(maximumAheadMinutes))
    guard earliest <= decided, decided <= latest else {
      return .failure(.wrongTime(earliest: earliest, latest: latest))
    }
    var candidates = keys.filter { $0.agency == agency }
    if let keyid = signature.keyid {
      guard let named = keys.first(where: { $0.keyid == keyid }) else { return .failure(.unknownKey) }
      guard named.agency == agency else { return .failure(.wrongAgency) }
      candidates = [named]
    }
    guard !candidates.isEmpty else { return .failure(.unknownKey) }
    guard let key = candidates.first(where: { $0.verifies(signature.octets, over: text.octets) }) else {
      return .failure(.invalid)
    }
    if let end = key.validUntil, end <= now || end <= decided { return .failure(.keyEnded(end)) }
    guard key.counts(at: decided), key.validFrom <= now else {
      return .failure(.keyNotYetValid(key.validFrom))
    }
    return .success(key)
  }
}

/// Why a signature does not count; each is a problem type of its own.
public enum SignatureRefusal: Error, Hashable, Sendable {
  /// The list takes no approval without one.
  case required
  /// The signed time of decision is too old, ahead of the clock, or before the report.
  case wrongTime(earliest: Date, latest: Date)
  /// No key of that id, or the agency has none.
  case unknownKey
  /// The key is another agency's.
  case wrongAgency
  /// The key counts from later on.
  case keyNotYetValid(Date)
  /// The key no longer counts.
  case keyEnded(Date)
  /// It is not the key's signature over the approval's text.
  case invalid

  /// The problem type, in kebab case.
  public var problemType: String {
    switch self {
    case .required: "signature-required"
    case .wrongTime: "signature-time-out-of-range"
    case .unknownKey: "signature-key-unknown"
    case .wrongAgency: "signature-key-of-another-agency"
    case .keyNotYetValid: "signature-key-not-yet-valid"
    case .keyEnded: "signature-key-ended"
    case .invalid: "signature-invalid"
    }
  }

  /// One sentence on this occurrence.
  public var detail: String {
    switch self {
    case .required: "This list takes an approval only with the agency's signature."
    case .wrongTime(let earliest, let latest):
      "`decided_at` has to lie between \(RFC3339.format(earliest)) and \(RFC3339.format(latest)): sign anew."
    case .unknownKey: "No key of that id is on record, or your agency has none; an administrator adds it."
    case .wrongAgency: "That key is another agency's; sign with a key of your own."
    case .keyNotYetValid(let start): "The key counts from \(RFC3339.format(start)) on."
    case .keyEnded(let end): "The key has counted until \(RFC3339.format(end)); sign with its successor."
    case .invalid:
      "It is not the key's signature over this approval: list, entry, criteria, times, agency and country all count."
    }
  }
}
