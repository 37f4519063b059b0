// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
private import StrictJSON

/// Why metadata or a target is not trusted: the check that failed, and for which role or file.
public enum ManifestRefusal: Error, Hashable, Sendable {
  /// The bytes are not metadata of this role (TUF §4).
  case malformed(role: String, detail: String)
  /// Fewer distinct keys of the role signed than its threshold asks.
  case thresholdNotMet(role: String, valid: Int, needed: Int)
  /// A root does not bear the version after the trusted one (TUF §5.3.5).
  case rootVersionNotNext(expected: Int64, found: Int64)
  /// Older than what was trusted before.
  case rollback(role: String, trusted: Int64, offered: Int64)
  /// Not the version that the role above it names.
  case wrongVersion(role: String, expected: Int64, found: Int64)
  /// The metadata was valid until then.
  case expired(role: String, at: Date)
  /// Not the length that signed metadata gives.
  case wrongLength(name: String, expected: Int64, found: Int64)
  /// Not the hash that signed metadata gives.
  case wrongHash(name: String)
  /// No hash that this client computes is given.
  case noUsableHash(name: String)
  /// Longer than is ever read.
  case tooLarge(name: String, limit: Int)
  /// The server lacks a file that must be there.
  case missing(name: String)
  /// The snapshot does not name a role, or no longer does.
  case snapshotLacks(role: String)
  /// No trusted role describes this target.
  case unknownTarget(String)
  /// More delegated roles would have to be asked than one search may (TUF §5.6.7.1).
  case tooManyRoles(target: String, limit: Int)
  /// Nothing was asked for, or the refresh has not ended.
  case outOfTurn
}

extension ManifestRefusal: CustomStringConvertible {
  /// The failed check as a stable kebab-case word.
  public var check: String {
    switch self {
    case .malformed: "malformed"
    case .thresholdNotMet: "signature-threshold"
    case .rootVersionNotNext: "root-version"
    case .rollback: "rollback"
    case .wrongVersion: "version"
    case .expired: "expiry"
    case .wrongLength: "length"
    case .wrongHash, .noUsableHash: "hash"
    case .tooLarge: "size-limit"
    case .missing: "missing-file"
    case .snapshotLacks: "snapshot-content"
    case .unknownTarget: "unknown-target"
    case .tooManyRoles: "delegation-limit"
    case .outOfTurn: "out-of-turn"
    }
  }

  /// One line in words.
  public var description: String {
    switch self {
    case .malformed(let role, let detail): "\(role) metadata is malformed: \(detail)"
    case .thresholdNotMet(let role, let valid, let needed):
      "\(role) metadata bears \(valid) valid signature(s) of distinct keys, \(needed) are needed"
    case .rootVersionNotNext(let expected, let found):
      "root metadata has version \(found), not \(expected)"
    case .rollback(let role, let trusted, let offered):
      "\(role) metadata is rolled back from version \(trusted) to \(offered)"
    case .wrongVersion(let role, let expected, let found):
      "\(role) metadata has version \(found), not \(expected) as signed above it"
    case .expired(let role, let date): "\(role) metadata expired at \(RFC3339.format(date))"
    case .wrongLength(let name, let expected, let found):
      "\(name) has \(found) octets, not the signed \(expected)"
    case .wrongHash(let name): "\(name) does not have the signed hash"
    case .noUsableHash(let name): "\(name) is signed without a SHA-256 or SHA-512 hash"
    case .tooLarge(let name, let limit): "\(name) is longer than \(limit) octets"
    case .missing(let name): "the repository lacks \(name)"
    case .snapshotLacks(let role): "the snapshot does not name \(role)"
    case .unknownTarget(let path): "no trusted role describes \(path)"
    case .tooManyRoles(let path, let limit): "\(path) is not described within \(limit) delegated roles"
    case .outOfTurn: "nothing was asked for"
    }
  }
}
