// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Cryptography
import Foundation
import SignedManifests
import Testing

@Suite struct RehearsalTests {
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)
  private let holders: [KeySigner]
  private let online: KeySigner
  private let first: UnverifiedMetadata<Root>
  private let repository: [String: [UInt8]]

  init() throws {
    holders = try (0..<4).map { _ in KeySigner(try .generate(.ed25519)) }
    online = KeySigner(try .generate(.ed25519))
    var root = try UnverifiedMetadata(
      Root.initial(
        root: holders.prefix(3).map(\.key), rootThreshold: 2, online: [online.key],
        expires: Self.now + 1e7))
    for holder in holders.prefix(2) { try root.sign(with: holder) }
    first = root
    let release = try RepositoryBuilder(root: root.signed, signers: [online]).release(
      targets: [:], now: Self.now)
    repository = Dictionary(release.files.map { ($0.name, $0.octets) }) { first, _ in first }
  }

  /// The second root, changed by `change` and signed by `signers`.
  private func next(
    signedBy signers: [KeySigner], _ change: (inout Root) -> Void = { _ in }
  ) throws -> UnverifiedMetadata<Root> {
    var root = first.signed
    root.version = 2
    change(&root)
    var metadata = try UnverifiedMetadata(root)
    for signer in signers { try metadata.sign(with: signer) }
    return metadata
  }

  private func rehearsal(_ proposal: UnverifiedMetadata<Root>) -> Rehearsal {
    Rehearsal(
      roots: [1: first.encoded], current: first.signed, proposal: proposal, repository: repository)
  }

  private func breaks(_ verdict: Rehearsal.Verdict) -> Bool {
    if case .breaks = verdict { true } else { false }
  }

  @Test func `a proposal signed at both thresholds passes`() throws {
    let proposal = try next(signedBy: Array(holders.prefix(2)))
    #expect(rehearsal(proposal).follower(from: 1, now: Self.now) == .passes(""))
  }

  @Test func `a proposal one signature short breaks followers`() throws {
    let proposal = try next(signedBy: [holders[0]])
    #expect(breaks(rehearsal(proposal).follower(from: 1, now: Self.now)))
  }

  @Test func `signatures of the new holders alone break who trusts the old ones`() throws {
    func replace(_ root: inout Root) {
      for holder in holders { root.keys[holder.keyid] = holder.key }
      root[.root] = RoleKeys(keyids: holders.suffix(2).map(\.keyid), threshold: 2)
    }
    let alone = try next(signedBy: Array(holders.suffix(2)), replace)
    #expect(breaks(rehearsal(alone).follower(from: 1, now: Self.now)))
    let together = try next(signedBy: holders, replace)
    #expect(rehearsal(together).follower(from: 1, now: Self.now) == .passes(""))
  }

  @Test func `an expired proposal breaks followers, from the second of its expiry on`() throws {
    let expires = Self.now + 1_000
    let proposal = try next(signedBy: Array(holders.prefix(2))) { $0.expires = expires }
    #expect(rehearsal(proposal).follower(from: 1, now: expires - 1) == .passes(""))
    #expect(breaks(rehearsal(proposal).follower(from: 1, now: expires)))
  }

  @Test func `new online keys pass, as the service signs anew on publishing`() throws {
    let other = KeySigner(try .generate(.ed25519))
    let proposal = try next(signedBy: Array(holders.prefix(2))) { root in
      root.keys[other.keyid] = other.key
      root[.timestamp] = RoleKeys(keyids: [other.keyid], threshold: 1)
    }
    #expect(
      rehearsal(proposal).follower(from: 1, now: Self.now)
        == .passes(" (the service signs the online roles anew on publishing)"))
  }

  @Test func `a follower at a root that the repository lacks breaks`() throws {
    let proposal = try next(signedBy: Array(holders.prefix(2)))
    #expect(
      rehearsal(proposal).follower(from: 7, now: Self.now)
        == .breaks("its root is missing from the repository"))
  }
}
