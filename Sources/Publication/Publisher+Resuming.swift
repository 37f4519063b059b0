// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import Cryptography
internal import FoundationEssentials
internal import Ingest
public import Records
internal import SignedManifests

extension Publisher {
  /// What became of a list whose store is older than what followers saw.
  public struct Resumption: Hashable, Sendable {
    /// The list.
    public let list: ListName
    /// The release that the store held last; its content is published again.
    public let held: ListVersion
    /// The releases from the one after `held` to this one are lost.
    public let lostThrough: ListVersion
    /// The release that follows them.
    public let release: ListVersion
  }

  /// Goes on after an older state of the store was restored: releases that followers may have seen are put on record as lost,
  /// and one beyond them holds what the store held last. Followers reach it by the whole list, never by a change.
  ///
  /// - Parameter seen: The highest numbers that followers may have seen.
  /// - Returns: What was done, list by list; empty when the store holds all that was seen.
  /// - Throws: `rootMissing`, `manifest`, `list`, `contention`, `records`.
  public func resume(after seen: SeenState, act: Act) async throws(PublicationError) -> [Resumption] {
    await gate.enter()
    do throws(PublicationError) {
      var resumed: [Resumption] = []
      for settings in settings.lists {
        if let one = try await resume(settings, after: seen, act) { resumed.append(one) }
      }
      if resumed.isEmpty { try await liftMetadata(above: seen, act) }
      try await refresh()
      await gate.leave()
      return resumed
    } catch {
      await gate.leave()
      throw error
    }
  }

  private func resume(
    _ settings: PublicationSettings.List, after seen: SeenState, _ act: Act
  ) async throws(PublicationError) -> Resumption? {
    for _ in 0..<Self.maximumAttempts {
      let basis = try await live(settings.name).basis
      let held = basis.latest?.version ?? .unreleased
      guard let lost = seen.lists[settings.name], lost > held else { return nil }
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      guard metadata.revision == basis.metadataRevision else { continue }
      let blocklist = try await inForce(basis).hashedInBlocks
      let stage = try await stage(settings)
      let approvals = try await approvals(
        of: settings.name, in: blocklist, through: basis.approvalMark, over: nil)
      let files = await ReleaseFiles.made(
        of: blocklist, version: lost.next, settings: settings, shelf: shelf, stage: stage,
        approvals: approvals)
      let draft = ReleaseDraft(
        basis: basis, removed: [], added: [], entries: blocklist.count, digest: blocklist.digest.octets,
        length: blocklist.octets.count, cause: .restore,
        reason: "an older state of the store was restored",
        metadata: try signed(files, of: settings.name, over: metadata, above: seen.metadata),
        lostThrough: lost)
      if try await commit(draft, act, nil) != nil {
        return Resumption(list: settings.name, held: held, lostThrough: lost, release: lost.next)
      }
    }
    throw .contention
  }

  /// No release was lost, but metadata that was only signed afresh.
  private func liftMetadata(above seen: SeenState, _ act: Act) async throws(PublicationError) {
    for _ in 0..<Self.maximumAttempts {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let repository = try SignedRepository(files: metadata.files)
      let own = SeenState(
        metadata: Dictionary(metadata.files.map { ($0.name, $0.octets) }) { first, _ in first })
      guard seen.isAhead(of: own.merging(SeenState(lists: seen.lists))) else { return }
      let files = try signing.files(
        release: { _ in }, settings: settings, over: repository, above: seen.metadata, now: clock())
      if try await save(files, expecting: metadata.revision, act: act) { return }
    }
    throw .contention
  }
}
