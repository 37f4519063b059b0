// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import SignedManifests

/// A check that an update did not pass. The last good output stays.
public enum FollowRefusal: Error, Hashable, Sendable {
  /// The signed metadata did not verify.
  case metadata(ManifestRefusal)
  /// The verified metadata names no release of the list.
  case listNotSigned
  /// The newest signed release is older than the one held.
  case listRollback(held: UInt64, signed: UInt64)
  /// The signed metadata gives the version held another content.
  case versionRewritten(version: UInt64)
  /// The server says there is nothing newer although the signed metadata names a newer release.
  case updateWithheld(held: UInt64, signed: UInt64)
  /// The server offers a release that the signed metadata does not name.
  case updateUnsigned(offered: UInt64, signed: UInt64)
  /// The delta is malformed or does not fit the list held.
  case deltaMalformed(reason: String)
  /// The delta's result is not the signed list.
  case deltaDigest(version: UInt64)
  /// The full list is not the signed one: wrong length or digest.
  case listDigest(version: UInt64)
  /// The full list is signed but no list.
  case listMalformed(reason: String)
  /// A file rendered here is not the one that was signed.
  case renderedDigest(format: String)
  /// Entries whose approvals do not prove them: they are left out, all else is in force.
  case quorum(unproven: Int, of: Int, countries: Int)
  /// More additions than the brake lets through at once: they are left out, all else is in force.
  case brake(additions: Int, limit: Int)
  /// A hold reaches back to releases of which it is not known what they added: that stays blocked.
  case hold(upTo: UInt64, entries: Int)
  /// Another follower writes an output, or tells a resolver.
  case otherFollower(Rival)

  /// The check's stable name, for monitoring.
  public var check: String {
    switch self {
    case .metadata: "metadata"
    case .listNotSigned: "list-not-signed"
    case .listRollback: "list-rollback"
    case .versionRewritten: "version-rewritten"
    case .updateWithheld: "update-withheld"
    case .updateUnsigned: "update-unsigned"
    case .deltaMalformed: "delta-malformed"
    case .deltaDigest: "delta-digest"
    case .listDigest: "list-digest"
    case .listMalformed: "list-malformed"
    case .renderedDigest: "rendered-digest"
    case .quorum: "quorum"
    case .brake: "brake"
    case .hold: "hold"
    case .otherFollower: "other-follower"
    }
  }

  /// Whether the next round shall take the full list rather than trust another delta.
  package var callsForFullList: Bool {
    switch self {
    case .updateWithheld, .updateUnsigned, .deltaMalformed, .deltaDigest: true
    default: false
    }
  }
}

extension FollowRefusal: CustomStringConvertible {
  /// One plain line without any listed name.
  public var description: String {
    switch self {
    case .metadata(let refusal): "signed metadata: \(refusal)"
    case .listNotSigned: "the signed metadata names no release of this list"
    case .listRollback(let held, let signed):
      "version \(held) is held but the newest signed release is \(signed): a list may not go back"
    case .versionRewritten(let version):
      "version \(version) is signed with another content than before: releases never change"
    case .updateWithheld(let held, let signed):
      "the server says nothing is newer than \(held) but version \(signed) is signed"
    case .updateUnsigned(let offered, let signed):
      "the server offers version \(offered) but the newest signed release is \(signed)"
    case .deltaMalformed(let reason): "the delta cannot be applied: \(reason)"
    case .deltaDigest(let version):
      "the delta does not lead to the signed list of version \(version) (length or SHA-256 differs)"
    case .listDigest(let version):
      "the full list is not the signed one of version \(version) (length or SHA-256 differs)"
    case .listMalformed(let reason): "the signed list cannot be read: \(reason)"
    case .renderedDigest(let format):
      "\(format) rendered here differs from the signed file: this program and the server disagree on the format"
    case .quorum(let unproven, let count, let countries):
      "\(unproven) of \(count) entries are not proven by signed approvals of \(countries) countries and are left out; "
        + "all else is in force"
    case .brake(let additions, let limit):
      "\(additions) additions are held back, since more than \(limit) came at once; all else is in force; "
        + "to let them on, run once with --accept-large-change"
    case .hold(let version, let entries):
      "the hold takes nothing back of what came up to version \(version), since it is not known here which release added what: "
        + "\(entries) entries stay blocked"
    case .otherFollower(let rival): rival.description
    }
  }
}
