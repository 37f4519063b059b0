// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import HTTPMessages
private import Ingest
private import SignedManifests

/// The agencies' approvals: they are kept whatever formats are, since followers check by them. Where the server tells what is
/// new, only that is fetched.
extension MirrorState {
  /// The target's path; nil when the release has no approvals.
  mutating func addApprovals(
    _ name: ListName, _ release: SignedRelease, _ list: Blocklist
  ) throws(FollowFailure) -> String? {
    guard let signed = release.approvals, let digest = signed.description.sha256,
      let length = Int(exactly: signed.description.length)
    else { return nil }
    let path = "\(name.text)/\(release.record.version)/\(ApprovalList.fileName)"
    let file = Self.targets + signed.location
    if try keep(file) { return path }
    if let octets = try advanced(name, to: list, digest) {
      try write(octets, as: file)
    } else if let octets = try download.run(file, length: length, digest: digest)?.octets {
      try write(octets, as: file)
    } else {
      throw .unreachable("approvals: the server's file is not the signed one")
    }
    return path
  }

  /// The approvals served so far with what came since; nil when that does not lead to the signed ones.
  private func advanced(
    _ name: ListName, to next: Blocklist, _ digest: SHA256Digest
  ) throws(FollowFailure) -> [UInt8]? {
    guard let held = try heldList(name),
      let octets = try heldApprovals(name, held.version)
    else { return nil }
    let request = TransportRequest(
      path: "v1/lists/\(name.text)/approvals?since=\(held.version)", fields: ["Accept": "text/plain"],
      maximumOctets: 256 << 20)
    guard let answer = try? transport.send(request), answer.status == 200,
      let come = try? ApprovalList(parsing: answer.body)
    else { return nil }
    let delta = Delta(from: held.list, to: next)
    let touched = Set(delta.additions).union(delta.removals)
    let merged = ApprovalList(claimed: octets).replacing(
      touched, by: touched.flatMap { come.approvals(of: $0) })
    return SHA256Digest(hashing: merged.octets) == digest ? merged.octets : nil
  }

  private func heldApprovals(_ name: ListName, _ version: UInt64) throws(FollowFailure) -> [UInt8]? {
    let head = Self.targets + "\(name.text)/\(version)/"
    let file = served.first { $0.hasPrefix(head) && $0.hasSuffix(".\(ApprovalList.fileName)") }
    guard let file, let octets = try read(file) else { return nil }
    let digest = file.dropFirst(head.utf8.count).prefix(64)
    return SHA256Digest(hashing: octets).hex == digest ? octets : nil
  }
}
