// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records
internal import SignedManifests

extension Publisher {
  /// What has to be done from time to time: lapses leases that ended, which releases their removal, takes over what other
  /// processes released, and signs metadata afresh from half of its life on. To be called every few seconds.
  ///
  /// - Throws: `rootMissing`, `contention`, `manifest`, `list`, `records`.
  public func tick() async throws(PublicationError) {
    for list in settings.lists {
      try await lapse(list)
      try await heedHolds(on: list.name)
    }
    await gate.enter()
    do throws(PublicationError) {
      try await renewMetadata()
      await gate.leave()
    } catch {
      await gate.leave()
      throw error
    }
  }

  /// Shows what other processes put into the store, if they did; to be called when the store tells of a change.
  ///
  /// - Throws: `rootMissing`, `manifest`, `list`, `records`.
  public func catchUp() async throws(PublicationError) {
    await gate.enter()
    do throws(PublicationError) {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      try await catchUp(try SignedRepository(files: metadata.files, verified: verified))
      await gate.leave()
    } catch {
      await gate.leave()
      throw error
    }
  }

  /// The entries lapse in the transaction of the release that shows it: a crash leaves both done or both to be done.
  func lapse(_ list: PublicationSettings.List) async throws(PublicationError) {
    let act = Act(by: nil, at: clock())
    guard settings.believesClock(act.at) else { return }
    // A lease has ended at its last second itself.
    let due = try await allEntries(
      EntryFilter(list: list.name, state: .listed, leaseEndsBefore: act.at.addingTimeInterval(1)))
    guard !due.isEmpty else { return }
    do throws(PublicationError) {
      _ = try await release(
        list.name, reason: nil, act: act, answering: nil, asking: EntryInquiry(ids: due.map(\.id))
      ) { (live, published) throws(PublicationError) in
        try ReleasePlan.removal(.lapse, due.map { .lapse($0.id) }, from: live, over: published)
      }
    } catch .nothingToPublish {
      // No release holds them: approved, never published.
      _ = try await stored { (records) throws(RecordsError) in
        try await records.lapseEnded(list: list.name, act: act)
      }
    } catch .records(.refused(.wrongEntryState)) {
      // Renewed or suspended meanwhile: the next tick sees what is then due.
      return
    }
  }

  private func renewMetadata() async throws(PublicationError) {
    for _ in 0..<Self.maximumAttempts {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let signed = try SignedRepository(files: metadata.files, verified: verified)
      let renewed = settings.believesClock(clock()) ? try due(signed) : []
      guard !renewed.isEmpty else { return try await catchUp(signed) }
      if try await save(renewed, expecting: metadata.revision) { return try await refresh() }
    }
    throw .contention
  }

  /// Reads anew when the store's metadata is not what is shown: another process published.
  private func catchUp(_ signed: SignedRepository) async throws(PublicationError) {
    let root = current.repository.metadata[RepositoryPath.root(version: signed.root.signed.version)]
    let timestamp = current.repository.metadata[RepositoryPath.timestamp]?.octets
    if root == nil || timestamp != signed.current?.timestamp.encoded { try await refresh() }
  }

  /// Whether the files were saved; false when someone else was quicker.
  func save(
    _ files: [MetadataFile], expecting revision: Int64, act: Act? = nil
  )
    async throws(PublicationError) -> Bool
  {
    try await save(files, expecting: revision, act: act ?? Act(by: nil, at: clock()), answering: nil) != nil
  }

  /// Puts files into the store; nil when someone else was quicker.
  func save(
    _ files: [MetadataFile], expecting revision: Int64, droppingRootProposal: Bool = false, act: Act,
    answering: Answering<Int64>?
  ) async throws(PublicationError) -> Recorded<Int64>? {
    do throws(RecordsError) {
      return try await records.saveMetadata(
        files, expecting: revision, droppingProposal: droppingRootProposal, act: act, answering: answering)
    } catch {
      guard error.isConflict else { throw .records(error) }
      return nil
    }
  }

  /// Does `work` with the gate held.
  func gated<Value: Sendable>(
    _ work: @Sendable () async throws(PublicationError) -> Value
  ) async throws(PublicationError) -> Value {
    await gate.enter()
    do throws(PublicationError) {
      let value = try await work()
      await gate.leave()
      return value
    } catch {
      await gate.leave()
      throw error
    }
  }
}
