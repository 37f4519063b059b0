// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import FoundationEssentials
internal import Ingest
internal import Records
internal import SignedManifests

extension Publisher {
  /// Makes a release by `plan`, commits it and shows it; on a conflict, again on what is then on record.
  func release(
    _ list: ListName, reason: String?, act: Act, answering: Answering<MadeRelease>?,
    asking inquiry: EntryInquiry = EntryInquiry(), terms: GuardTerms? = nil, judgedBy revision: Int64? = nil,
    plan: @Sendable (LiveEntries, Blocklist) throws(PublicationError) -> ReleasePlan
  ) async throws(PublicationError) -> Recorded<MadeRelease> {
    let settings = try settings.list(list)
    await gate.enter()
    do throws(PublicationError) {
      let released = try await attempts(
        settings, reason, act, answering, inquiry, terms, terms?.revision ?? revision, plan)
      await gate.leave()
      return released
    } catch {
      await gate.leave()
      throw error
    }
  }

  private func attempts(
    _ settings: PublicationSettings.List, _ reason: String?, _ act: Act,
    _ answering: Answering<MadeRelease>?,
    _ inquiry: EntryInquiry, _ terms: GuardTerms?, _ guardRevision: Int64?,
    _ plan: @Sendable (LiveEntries, Blocklist) throws(PublicationError) -> ReleasePlan
  ) async throws(PublicationError) -> Recorded<MadeRelease> {
    for _ in 0..<Self.maximumAttempts {
      let live = try await live(settings.name, asking: inquiry)
      let basis = live.basis
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      guard metadata.revision == basis.metadataRevision else { continue }
      try refuseOlder(basis.latest?.version ?? .unreleased, of: settings.name)
      let published = try await inForce(basis)
      let content = try await withoutNarrowHosts(try plan(live, published), terms, live, over: published)
      guard !content.delta.isEmpty else { throw content.emptiness }
      guard let plan = try await withholding(content, over: basis) else { continue }
      let stage = try await stage(settings)
      let before = basis.latest?.version ?? .unreleased
      let shown = current.lists[settings.name].flatMap { $0.version == before ? $0 : nil }
      let approvals = try await approvals(
        of: settings.name, in: plan.blocklist, through: basis.approvalMark, over: shown, changed: plan.delta)
      // The one is rendered while the other is packed.
      async let upcoming = Upcoming(after: shown, by: plan, at: act.at, keeping: settings.historyLimits)
      let files = await ReleaseFiles.made(
        of: plan.blocklist, version: before.next, settings: settings, shelf: shelf, stage: stage,
        approvals: approvals)
      let changed = try signed(files, of: settings.name, over: metadata)
      let obsolete = Self.obsolete(in: metadata.files)
      let draft = ReleaseDraft(
        plan, basis: basis, reason: reason, metadata: changed, obsoleteMetadata: obsolete,
        guardRevision: guardRevision)
      let withheld = plan.withheld
      guard
        let recorded = try await commit(
          draft, act, answering?.mapped { MadeRelease(release: $0, withheld: withheld) })
      else { continue }
      if case .done(let release, _) = recorded {
        try await take(
          release, plan, files, await upcoming, metadata.files.replacing(changed, dropping: obsolete))
      }
      return recorded.mapped { MadeRelease(release: $0, withheld: withheld) }
    }
    throw .contention
  }

  /// The plan that also suspends what it withholds; nil when the store has changed since `basis`.
  private func withholding(
    _ plan: ReleasePlan, over basis: ReleaseBasis
  ) async throws(PublicationError) -> ReleasePlan? {
    guard !plan.withheld.isEmpty else { return plan }
    let asked = try await live(basis.list, asking: EntryInquiry(entries: plan.withheld))
    guard asked.basis == basis, asked.found.count == plan.withheld.count else { return nil }
    return plan.withholding(asked.found)
  }

  /// Versioned snapshots and targets older than a reader can still be at. Every root stays: who was off for long walks them all.
  static func obsolete(in files: [MetadataFile]) -> [String] {
    ["snapshot", "targets", TargetsBundle.releases].flatMap { role in
      let versions = files.compactMap { RepositoryPath.version(of: $0.name, role: role) }.sorted()
      return versions.dropLast(keptMetadataVersions).map {
        RepositoryPath.metadata(role, version: $0, consistent: true)
      }
    }
  }

  /// The release committed; nil when someone else was quicker.
  func commit(_ draft: ReleaseDraft, _ act: Act, _ answering: Answering<Release>?)
    async throws(PublicationError) -> Recorded<Release>?
  {
    do throws(RecordsError) {
      return try await records.commitRelease(draft, act: act, answering: answering)
    } catch {
      if case .refused(.guardConflict) = error { throw .guardsChanged }
      guard error.isConflict else { throw .records(error) }
      return nil
    }
  }

  func signed(
    _ files: ReleaseFiles, of list: ListName, over metadata: MetadataSnapshot,
    above floor: MetadataFloor = MetadataFloor()
  )
    throws(PublicationError) -> [MetadataFile]
  {
    let repository = try SignedRepository(files: metadata.files, verified: verified)
    let prefix = "\(list)/"
    return try signing.files(
      release: { targets in
        targets = targets.filter { !$0.key.hasPrefix(prefix) }.merging(files.targets) { $1 }
      }, settings: settings, over: repository, above: floor, now: clock())
  }

  /// Shows a release just committed. When another process made releases in between, reads everything anew instead.
  private func take(
    _ release: Release, _ plan: ReleasePlan, _ files: ReleaseFiles, _ upcoming: Upcoming?,
    _ metadata: [MetadataFile]
  ) async throws(PublicationError) {
    guard let upcoming, current.lists[release.list]?.version.next == release.version,
      upcoming.history.latest == release.version
    else { return try await refresh() }
    let list = PublishedList(
      release, blocklist: plan.blocklist, files: files, history: upcoming.history, updates: upcoming.updates)
    var lists = current.lists
    lists[release.list] = list
    let repository = PublishedRepository(
      metadata, signed: try SignedRepository(files: metadata, verified: verified), lists: lists.values
    ).with(settings.fileSigner)
    show(PublishedState(lists: lists, repository: repository))
  }
}

extension ReleaseDraft {
  init(
    _ plan: ReleasePlan, basis: ReleaseBasis, reason: String?, metadata: [MetadataFile],
    obsoleteMetadata: [String], guardRevision: Int64?
  ) {
    self.init(
      basis: basis, changes: plan.changes, removed: Array(plan.delta.removals),
      added: Array(plan.delta.additions),
      entries: plan.blocklist.count, digest: plan.blocklist.digest.octets,
      length: plan.blocklist.octets.count,
      cause: plan.cause, reason: reason, metadata: metadata, obsoleteMetadata: obsoleteMetadata,
      guardRevision: guardRevision)
  }
}

extension RecordsError {
  /// Whether someone else was quicker, so that it is worth reading again.
  var isConflict: Bool {
    switch self {
    case .refused(.releaseConflict), .refused(.metadataConflict), .refused(.proposalConflict): true
    default: false
    }
  }
}

extension [MetadataFile] {
  /// These files with `changed` put in, over those of the same name, and without `obsolete`.
  func replacing(_ changed: [MetadataFile], dropping obsolete: [String]) -> [MetadataFile] {
    let names = Set(changed.map(\.name) + obsolete)
    return filter { !names.contains($0.name) } + changed
  }
}

extension Answering {
  /// The same kept answer, made from another outcome.
  func mapped<Other: Sendable>(_ outcome: @escaping @Sendable (Other) -> Outcome) -> Answering<Other> {
    Answering<Other>(key: key) { [answer] other in answer(outcome(other)) }
  }
}

extension Recorded {
  func mapped<Other: Sendable>(_ transform: (Outcome) -> Other) -> Recorded<Other> {
    switch self {
    case .done(let outcome, let answer): .done(transform(outcome), answer: answer)
    case .replayed(let answer): .replayed(answer)
    }
  }
}
