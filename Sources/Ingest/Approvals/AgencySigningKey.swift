// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
public import FoundationEssentials

/// A key that an agency signs its approvals with (Ed25519), and when it counts.
public struct AgencySigningKey: Hashable, Sendable {
  /// The key's name: SHA-256 of its canonical description, the same that `cordon keys` shows.
  public let keyid: String
  /// Whose.
  public let agency: AgencyID
  /// The 32 octets of the public key (RFC 8032 §5.1.5).
  public let publicOctets: [UInt8]
  /// From when it counts.
  public let validFrom: Date
  /// From when it no longer counts; nil while no end is set. At that second it does not.
  public let validUntil: Date?
  private let key: PublicKey

  /// The most keys of one agency, ended ones too.
  public static let maximumPerAgency = 64

  /// A key; nil unless the octets are an Ed25519 public key.
  public init?(agency: AgencyID, publicOctets: [UInt8], validFrom: Date, validUntil: Date? = nil) {
    guard let key = try? PublicKey(ed25519: publicOctets) else { return nil }
    self.agency = agency
    self.publicOctets = publicOctets
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.key = key
    keyid = Self.keyid(of: publicOctets)
  }

  /// Whether it counts for what is dated `time`.
  public func counts(at time: Date) -> Bool {
    guard validFrom <= time else { return false }
    return validUntil.map { time < $0 } ?? true
  }

  /// Whether it counts for nothing at all: it ends when it begins, or before.
  public var isVoid: Bool { validUntil.map { $0 <= validFrom } ?? false }

  /// Whether `signature` is this key's over `message`, whatever the time.
  public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
    key.verify(signature: signature, message: message)
  }

  /// The name of a key: SHA-256 of the canonical JSON of its type, scheme and value, as TUF metadata names keys.
  public static func keyid(of publicOctets: [UInt8]) -> String {
    let value = Hex.encode(publicOctets)
    let canonical = #"{"keytype":"ed25519","keyval":{"public":""# + value + #""},"scheme":"ed25519"}"#
    return SHA256Digest(hashing: Array(canonical.utf8)).hex
  }
}

extension [AgencySigningKey] {
  /// Whether the key named by a signature that was found good is among these, and counts when it was given: it may have ended since,
  /// from its first day too.
  public func uphold(_ signature: ApprovalSignature) -> Bool {
    contains { $0.keyid == signature.keyid && $0.counts(at: signature.decidedAt) }
  }
}
