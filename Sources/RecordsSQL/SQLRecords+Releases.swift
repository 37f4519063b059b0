// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Records

extension SQLRecords {
  /// Everything a release is made from.
  public func publicationBasis(list: ListName, at now: Date) async throws(RecordsError) -> PublicationBasis {
    try await read { (connection: Session) throws(RecordsError) in
      let basis = try connection.releaseBasis(of: list)
      return PublicationBasis(
        basis: basis,
        live: try connection.entries(
          where: "list = ? AND state = 'listed' AND lease_until > ? ORDER BY entry",
          [.text(list.text), .time(now)]),
        published: try connection.publishedEntries(of: list, version: basis.latest?.version ?? .unreleased))
    }
  }

  /// The same as text.
  public func liveEntries(
    list: ListName, at now: Date, asking inquiry: EntryInquiry
  ) async throws(RecordsError) -> LiveEntries {
    try await read { (connection: Session) throws(RecordsError) in
      LiveEntries(
        basis: try connection.releaseBasis(of: list), text: try connection.liveText(of: list, at: .time(now)),
        found: try connection.liveEntries(of: list, at: .time(now), asking: inquiry))
    }
  }

  /// Commits a release.
  public func commitRelease(
    _ draft: ReleaseDraft, act: Act, answering: Answering<Release>?
  ) async throws(RecordsError) -> Recorded<Release> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.commit(draft, act: act)
    }
  }

  /// The lists known.
  public func lists() async throws(RecordsError) -> [ListName] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.rows("SELECT list FROM release UNION SELECT list FROM submission ORDER BY 1") {
        (row: Row) throws(RecordsError) in try row.list(0)
      }
    }
  }

  /// The latest release.
  public func latestRelease(list: ListName) async throws(RecordsError) -> Release? {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.latestRelease(of: list)
    }
  }

  /// Releases in order of version.
  public func releases(
    list: ListName, after: ListVersion, limit: Int
  ) async throws(RecordsError) -> [Release] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.releases(
        where: "list = ? AND version > ? ORDER BY version LIMIT ?",
        [.text(list.text), .integer(after.number), .integer(limit)])
    }
  }

  /// What a release held.
  public func publishedEntries(
    list: ListName, version: ListVersion
  ) async throws(RecordsError) -> [BlocklistEntry] {
    try await read { (connection: Session) throws(RecordsError) in
      guard version <= (try connection.latestRelease(of: list)?.version ?? .unreleased) else {
        throw .refused(.notFound(.release))
      }
      return try connection.publishedEntries(of: list, version: version)
    }
  }

  /// A release's `entries.txt`.
  public func publishedText(list: ListName, version: ListVersion) async throws(RecordsError) -> [UInt8] {
    try await read { (connection: Session) throws(RecordsError) in
      guard version <= (try connection.latestRelease(of: list)?.version ?? .unreleased) else {
        throw .refused(.notFound(.release))
      }
      return try connection.publishedText(of: list, version: version)
    }
  }

  /// The steps between two releases.
  public func stepTexts(
    list: ListName, from: ListVersion, to: ListVersion
  ) async throws(RecordsError) -> [[UInt8]] {
    try await read { (connection: Session) throws(RecordsError) in
      let latest = try connection.latestRelease(of: list)?.version ?? .unreleased
      guard from <= to, to <= latest else { throw .refused(.versionAhead(latest: latest)) }
      return try connection.stepTexts(of: list, from: from, to: to)
    }
  }

  /// What leads from one release to another.
  public func changes(
    list: ListName, from: ListVersion, to: ListVersion?
  ) async throws(RecordsError) -> ListChanges {
    try await read { (connection: Session) throws(RecordsError) in
      let latest = try connection.latestRelease(of: list)?.version ?? .unreleased
      let end = to ?? latest
      guard from <= end, end <= latest else { throw .refused(.versionAhead(latest: latest)) }
      return try connection.changes(of: list, from: from, to: end)
    }
  }
}
