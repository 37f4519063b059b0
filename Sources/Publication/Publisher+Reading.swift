// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import Cryptography
public import ListFormats
internal import Records
internal import SignedManifests

extension Publisher {
  /// One file of an earlier release, rendered anew from the store; nil when there is no such release.
  ///
  /// - Throws: `unknownList`, `list`, `records`.
  public func file(_ format: ListFormat, of list: ListName, version: ListVersion)
    async throws(PublicationError)
    -> PublishedFile?
  {
    let settings = try settings.list(list)
    let shown = current.lists[list]
    if let shown, shown.version == version, version > .unreleased { return shown.files[format] }
    guard let (_, blocklist) = try await earlier(list, version) else { return nil }
    let options = RenderOptions(
      list: list, version: version, zone: settings.policyZone, action: settings.action,
      canary: settings.canary)
    return PublishedFile(
      octets: format.render(blocklist, options: options).octets, mediaType: format.mediaType)
  }

  /// The approvals as they were signed with a release; nil when there is no such release, or it has none.
  ///
  /// - Throws: `unknownList`, `records`.
  public func approvalsFile(of list: ListName, version: ListVersion) async throws(PublicationError)
    -> PublishedFile?
  {
    _ = try settings.list(list)
    if let shown = current.lists[list], shown.version == version { return shown.approvals.file }
    guard let (release, blocklist) = try await earlier(list, version) else { return nil }
    return try await approvals(of: list, in: blocklist, through: release.approvalMark, over: nil).file
  }

  /// A release before the one shown, and its list; nil when there is none.
  private func earlier(_ list: ListName, _ version: ListVersion) async throws(PublicationError)
    -> (Release, Blocklist)?
  {
    guard let shown = current.lists[list], version > .unreleased, version < shown.version else { return nil }
    let before = ListVersion(version.number - 1)
    let release = try await stored { (records) throws(RecordsError) in
      try await records.releases(list: list, after: before, limit: 1).first
    }
    guard let release, release.cause != .lost else { return nil }
    return (release, try await blocklist(of: release))
  }

  /// Reads what is new and shows it. Called with the gate held.
  ///
  /// Other processes may publish in between: metadata is shown with the releases that it names.
  func refresh() async throws(PublicationError) {
    var metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    var lists: [ListName: PublishedList] = [:]
    for _ in 0..<Self.maximumAttempts {
      for settings in settings.lists {
        lists[settings.name] = try await read(settings, after: lists[settings.name], metadata)
      }
      let after = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      defer { metadata = after }
      if after.revision == metadata.revision { break }
    }
    let signed = try SignedRepository(files: metadata.files, verified: verified)
    let repository = PublishedRepository(metadata.files, signed: signed, lists: lists.values)
      .with(settings.fileSigner)
    show(PublishedState(lists: lists, repository: repository))
  }

  /// The list as the store has it, from what was read before or is shown as far as that goes.
  private func read(
    _ settings: PublicationSettings.List, after known: PublishedList?, _ metadata: MetadataSnapshot
  )
    async throws(PublicationError) -> PublishedList
  {
    let name = settings.name
    let latest = try await stored { (records) throws(RecordsError) in
      try await records.latestRelease(list: name)
    }
    try refuseOlder(latest?.version ?? .unreleased, of: name)
    guard let latest else {
      return PublishedList(
        name: name, latest: nil, blocklist: .empty, files: [:],
        history: ReleaseHistory(oldest: .unreleased, steps: [], times: []))
    }
    if let known = known ?? current.lists[name],
      let list = try await advance(known, to: latest, settings, metadata)
    {
      return list
    }
    let blocklist = try await blocklist(of: latest)
    let approvals = try await approvals(of: name, in: blocklist, through: latest.approvalMark, over: nil)
    let files = files(of: blocklist, latest.version, settings, metadata, approvals)
    return PublishedList(
      latest, blocklist: blocklist, files: files,
      history: try await history(of: latest, settings.historyLimits))
  }

  /// A store that went back while this process runs was restored beneath it: nothing of it is shown, nothing published on it.
  func refuseOlder(_ version: ListVersion, of list: ListName) throws(PublicationError) {
    guard version < current.lists[list]?.version ?? .unreleased else { return }
    throw .records(.fatal("the store is older than what is published: stop, and see cordond resume"))
  }

  /// `known` with the releases up to `latest`; nil when reading it whole is due.
  private func advance(
    _ known: PublishedList, to latest: Release, _ settings: PublicationSettings.List,
    _ metadata: MetadataSnapshot
  ) async throws(PublicationError) -> PublishedList? {
    guard let shown = known.latest, shown.version <= latest.version,
      latest.version.number - shown.version.number <= Self.maximumSteps
    else { return nil }
    var (blocklist, history) = (known.blocklist, known.history)
    let releases = try await releases(through: latest, after: shown.version.number)
    let steps = try await steps(of: latest.list, from: shown.version.number, to: latest.version.number)
    guard releases.count == steps.count else { return nil }
    for (release, delta) in zip(releases, steps) {
      do throws(BlocklistError) { blocklist = try delta.applied(to: blocklist) } catch { return nil }
      history = history.appending(delta, at: release.publishedAt, settings.historyLimits)
    }
    guard blocklist.digest.octets == latest.digest else { return nil }
    if shown.version == latest.version { return known }
    let approvals = try await approvals(
      of: latest.list, in: blocklist, through: latest.approvalMark, over: known)
    let files = files(of: blocklist, latest.version, settings, metadata, approvals)
    return PublishedList(latest, blocklist: blocklist, files: files, history: history)
  }

  /// What is signed is rendered when it is asked for. What another process signed meanwhile is not in `metadata` yet.
  private func files(
    of blocklist: Blocklist, _ version: ListVersion, _ settings: PublicationSettings.List,
    _ metadata: MetadataSnapshot, _ approvals: PublishedApprovals
  ) -> ReleaseFiles {
    let signed = try? SignedRepository(files: metadata.files, verified: verified)
    return ReleaseFiles(
      blocklist, version: version, settings: settings, shelf: shelf,
      signed: signed?.releaseTargets ?? [:], approvals: approvals)
  }

  /// Releases behind from which on a list is read whole.
  private static let maximumSteps: UInt64 = 256

  private func history(of latest: Release, _ limits: HistoryLimits) async throws(PublicationError)
    -> ReleaseHistory
  {
    var oldest = latest.version.number - min(latest.version.number, UInt64(max(1, limits.releases)))
    var past = try await releases(through: latest, after: oldest)
    past.removeFirst(past.count - limits.kept(of: past.map(\.publishedAt)))
    if let first = past.first { oldest = first.version.number - 1 }
    // What lies before a restored state is no way to it.
    oldest = max(oldest, past.last { $0.cause == .restore }?.version.number ?? 0)
    let changes = past.filter { $0.version.number > oldest }.map { $0.added + $0.removed }
    oldest = max(oldest, latest.version.number - UInt64(ReleaseHistory.kept(of: changes)))
    let steps = try await steps(of: latest.list, from: oldest, to: latest.version.number)
    return ReleaseHistory(
      oldest: ListVersion(oldest), steps: steps, times: past.suffix(steps.count).map(\.publishedAt))
  }

  /// The releases after `start` up to `latest`, a page of them at a time.
  private func releases(through latest: Release, after start: UInt64) async throws(PublicationError)
    -> [Release]
  {
    var (found, position): ([Release], UInt64) = ([], start)
    while position < latest.version.number {
      let after = ListVersion(position)
      let page = try await stored { (records) throws(RecordsError) in
        try await records.releases(list: latest.list, after: after, limit: Int(Self.stepsAtOnce))
      }
      guard let end = page.last else { break }
      found += page.prefix { $0.version <= latest.version }
      position = end.version.number
    }
    return found
  }

  /// The steps between two releases, a page of them at a time.
  private func steps(of list: ListName, from: UInt64, to: UInt64) async throws(PublicationError) -> [Delta] {
    var steps: [Delta] = []
    steps.reserveCapacity(Int(to - from))
    var start = from
    while start < to {
      let (first, last) = (ListVersion(start), ListVersion(min(to, start + Self.stepsAtOnce)))
      let texts = try await stored { (records) throws(RecordsError) in
        try await records.stepTexts(list: list, from: first, to: last)
      }
      for text in texts {
        do throws(BlocklistError) { steps.append(try Delta(parsing: text)) } catch { throw .list(error) }
      }
      start = last.number
    }
    return steps
  }

  /// Releases of one query: it holds the store's reading connection only for so long.
  private static let stepsAtOnce: UInt64 = 1000

  /// The list of a release on record, which must have the digest that stands beside it.
  func blocklist(of release: Release) async throws(PublicationError) -> Blocklist {
    let text = try await stored { (records) throws(RecordsError) in
      try await records.publishedText(list: release.list, version: release.version)
    }
    let blocklist = try Self.blocklist(text)
    guard blocklist.digest.octets == release.digest else {
      throw .records(.fatal("the entries of release \(release.version) do not have the digest on record"))
    }
    return blocklist
  }

  static func blocklist(_ text: [UInt8]) throws(PublicationError) -> Blocklist {
    do throws(BlocklistError) { return try Blocklist(parsing: text) } catch { throw .list(error) }
  }

  /// What the store answers, its error wrapped.
  func stored<Value>(_ work: (any Records) async throws(RecordsError) -> Value) async throws(PublicationError)
    -> Value
  {
    do throws(RecordsError) { return try await work(records) } catch { throw .records(error) }
  }
}
