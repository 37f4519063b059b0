// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
private import Cryptography
internal import FoundationEssentials
public import Ingest
public import Records
internal import SignedManifests

extension Publisher {
  /// What `publish` would change now, without doing it.
  ///
  /// - Throws: `unknownList`, `nothingToPublish`, `allWithheld`, `list`, `records`.
  public func preview(
    _ list: ListName, under terms: GuardTerms
  ) async throws(PublicationError) -> ReleasePreview {
    _ = try settings.list(list)
    let live = try await live(list)
    let published = try await inForce(live.basis)
    let plan = try await withoutNarrowHosts(
      try ReleasePlan.publish(live, over: published, guards: terms.guards), terms, live, over: published)
    guard !plan.delta.isEmpty else { throw plan.emptiness }
    return ReleasePreview(delta: plan.delta, withheld: plan.withheld)
  }

  /// Releases everything approved and within its lease, but for what `terms` refuse by now: that is suspended with the release.
  ///
  /// - Throws: `unknownList`, `nothingToPublish`, `allWithheld`, `guardsChanged`, `clockInDoubt`, `rootMissing`, `contention`,
  ///   `manifest`, `list`, `records`.
  public func publish(
    _ list: ListName, under terms: GuardTerms, act: Act, answering: Answering<MadeRelease>? = nil
  ) async throws(PublicationError) -> Recorded<MadeRelease> {
    guard settings.believesClock(act.at) else { throw .clockInDoubt }
    return try await replaying(answering) { () async throws(PublicationError) in
      try await release(list, reason: nil, act: act, answering: answering, terms: terms) {
        (live, published) throws(PublicationError) in
        try ReleasePlan.publish(live, over: published, guards: terms.guards)
      }
    }
  }

  /// Takes an entry off and releases the list without it at once, with nothing else in the release.
  ///
  /// One that is off until an appeal is decided stays off, whatever that decision is.
  /// An entry that no release holds (approved but not published yet, or covered by another) is only suspended: the
  /// release in the outcome is then nil.
  /// - Throws: `records` with `notFound(.entry)` or `wrongEntryState`, and what `publish` throws.
  public func suspend(_ id: EntryID, reason: String, act: Act, answering: Answering<Suspension>? = nil)
    async throws(PublicationError) -> Recorded<Suspension>
  {
    let entry = try await stored { (records) throws(RecordsError) in try await records.entry(id) }
    guard entry.state == .listed else {
      return try await suspendAlone(id, reason: reason, act: act, answering: answering)
    }
    do throws(PublicationError) {
      let released = try await release(
        entry.list, reason: reason, act: act,
        answering: answering?.mapped { Suspension(entry: id, release: $0.release) },
        asking: EntryInquiry(ids: [id])
      ) { (live, published) throws(PublicationError) in
        try ReleasePlan.removal(.suspend, [.suspend(id, reason: reason)], from: live, over: published)
      }
      return released.mapped { Suspension(entry: id, release: $0.release) }
    } catch .nothingToPublish {
      return try await suspendAlone(id, reason: reason, act: act, answering: answering)
    }
  }

  private func suspendAlone(
    _ id: EntryID, reason: String, act: Act, answering: Answering<Suspension>?
  ) async throws(PublicationError) -> Recorded<Suspension> {
    let suspended = try await stored { (records) throws(RecordsError) in
      try await records.suspend(
        id, reason: reason, act: act,
        answering: answering?.mapped { _ in Suspension(entry: id, release: nil) })
    }
    return suspended.mapped { _ in Suspension(entry: id, release: nil) }
  }

  /// What a release made now may hold.
  func live(_ list: ListName, asking inquiry: EntryInquiry = EntryInquiry()) async throws(PublicationError)
    -> LiveEntries
  {
    let time = clock()
    // By a clock that nobody believes, no lease has ended.
    let now = settings.believesClock(time) ? time : Date(timeIntervalSince1970: 0)
    return try await stored { (records) throws(RecordsError) in
      try await records.liveEntries(list: list, at: now, asking: inquiry)
    }
  }

  /// The list in force. What is shown is that list, if it has the digest on record; else it is read.
  func inForce(_ basis: ReleaseBasis) async throws(PublicationError) -> Blocklist {
    guard let latest = basis.latest else { return .empty }
    if let shown = current.lists[basis.list], shown.version == latest.version,
      shown.blocklist.digest.octets == latest.digest
    {
      return shown.blocklist
    }
    return try await blocklist(of: latest)
  }

  func allEntries(_ filter: EntryFilter) async throws(PublicationError) -> [ListedEntry] {
    var all: [ListedEntry] = []
    while true {
      let after = all.last?.id.number ?? 0
      let page = try await stored { (records) throws(RecordsError) in
        try await records.entries(filter, after: after, limit: 1_000)
      }
      all += page
      if page.count < 1_000 { return all }
    }
  }
}

/// What a release made now would change.
public struct ReleasePreview: Sendable {
  /// From the list in force to that of the release.
  public let delta: Delta
  /// What it would not take in: approved, in no release, guarded meanwhile.
  public let withheld: [BlocklistEntry]
}

/// What publishing did.
public struct MadeRelease: Sendable {
  /// The release.
  public let release: Release
  /// What it did not take in, and suspended: approved, in no release before, guarded meanwhile.
  public let withheld: [BlocklistEntry]
}

/// What a suspension did.
public struct Suspension: Sendable {
  /// The entry taken off.
  public let entry: EntryID
  /// The release without it; nil when no release held it.
  public let release: Release?
}
