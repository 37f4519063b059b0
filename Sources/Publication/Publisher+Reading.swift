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
    guard let shown, version > .unreleased, version < shown.version else { return nil }
    let entries = try await stored { (records) throws(RecordsError) in
      try await records.publishedEntries(list: list, version: version)
    }
    let blocklist = try Self.blocklist(entries)
    let options = RenderOptions(
      list: list, version: version, zone: settings.policyZone, action: settings.action)
    return PublishedFile(
      octets: format.render(blocklist, options: options).octets, mediaType: format.mediaType)
  }

  /// Reads what is new and shows it. Called with the gate held.
  ///
  /// Other processes may publish in between: metadata is shown with the releases that it names.
  func refresh() async throws(PublicationError) {
    var metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
    var lists: [ListName: PublishedList] = [:]
    for _ in 0..<Self.maximumAttempts {
      for settings in settings.lists {
        lists[settings.name] = try await read(settings, after: lists[settings.name])
      }
      let after = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      defer { metadata = after }
      if after.revision == metadata.revision { break }
    }
    let signed = try SignedRepository(files: metadata.files)
    let repository = PublishedRepository(metadata.files, signed: signed, lists: lists.values)
      .with(settings.fileSigner)
    show(PublishedState(lists: lists, repository: repository))
  }

  /// The list as the store has it, from what was read before or is shown as far as that goes.
  private func read(_ settings: PublicationSettings.List, after known: PublishedList?)
    async throws(PublicationError) -> PublishedList
  {
    let name = settings.name
    let latest = try await stored { (records) throws(RecordsError) in
      try await records.latestRelease(list: name)
    }
    guard let latest else {
      return PublishedList(
        name: name, latest: nil, blocklist: .empty, files: [:],
        history: ReleaseHistory(oldest: .unreleased, steps: []))
    }
    if let known = known ?? current.lists[name], let list = try await advance(known, to: latest, settings) {
      return list
    }
    let entries = try await stored { (records) throws(RecordsError) in
      try await records.publishedEntries(list: name, version: latest.version)
    }
    let blocklist = try Self.blocklist(entries)
    guard blocklist.digest.octets == latest.digest else {
      throw .records(.fatal("the entries of release \(latest.version) do not have the digest on record"))
    }
    let files = ReleaseFiles(blocklist, version: latest.version, settings: settings)
    return PublishedList(
      latest, blocklist: blocklist, files: files,
      history: try await history(of: latest, kept: settings.keptReleases))
  }

  /// `known` with the releases up to `latest`; nil when reading it whole is due.
  private func advance(
    _ known: PublishedList, to latest: Release, _ settings: PublicationSettings.List
  ) async throws(PublicationError) -> PublishedList? {
    guard let shown = known.latest, shown.version <= latest.version,
      latest.version.number - shown.version.number <= Self.maximumSteps
    else { return nil }
    var (blocklist, history) = (known.blocklist, known.history)
    for number in shown.version.number..<latest.version.number {
      let changes = try await stored { (records) throws(RecordsError) in
        try await records.changes(list: latest.list, from: ListVersion(number), to: ListVersion(number + 1))
      }
      let delta = try Self.delta(changes)
      do throws(BlocklistError) { blocklist = try delta.applied(to: blocklist) } catch { return nil }
      history = history.appending(delta, limit: settings.keptReleases)
    }
    guard blocklist.digest.octets == latest.digest else { return nil }
    if shown.version == latest.version { return known }
    let files = ReleaseFiles(blocklist, version: latest.version, settings: settings)
    return PublishedList(latest, blocklist: blocklist, files: files, history: history)
  }

  /// Releases behind from which on a list is read whole.
  private static let maximumSteps: UInt64 = 256

  private func history(of latest: Release, kept: Int) async throws(PublicationError) -> ReleaseHistory {
    let oldest = latest.version.number - min(latest.version.number, UInt64(max(0, kept)))
    var steps: [Delta] = []
    for number in oldest..<latest.version.number {
      let changes = try await stored { (records) throws(RecordsError) in
        try await records.changes(list: latest.list, from: ListVersion(number), to: ListVersion(number + 1))
      }
      steps.append(try Self.delta(changes))
    }
    return ReleaseHistory(oldest: ListVersion(oldest), steps: steps)
  }

  static func blocklist(_ entries: [BlocklistEntry]) throws(PublicationError) -> Blocklist {
    do throws(BlocklistError) { return try Blocklist(entries: entries) } catch { throw .list(error) }
  }

  private static func delta(_ changes: ListChanges) throws(PublicationError) -> Delta {
    let lines = changes.removed.map { "-\($0.text)\n" } + changes.added.map { "+\($0.text)\n" }
    do throws(BlocklistError) { return try Delta(parsing: Array(lines.joined().utf8)) } catch {
      throw .list(error)
    }
  }

  /// What the store answers, its error wrapped.
  func stored<Value>(_ work: (any Records) async throws(RecordsError) -> Value) async throws(PublicationError)
    -> Value
  {
    do throws(RecordsError) { return try await work(records) } catch { throw .records(error) }
  }
}
