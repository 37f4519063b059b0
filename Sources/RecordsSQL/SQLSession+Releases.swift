// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists
internal import Ingest
package import Records

extension SQLSession {
  func releases(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [Release] {
    let sql = """
      SELECT list, version, published_at, published_by, cause, reason, entries, added, removed, digest, length,
        approval_mark
      FROM release WHERE \(condition)
      """
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      Release(
        list: try row.list(0), version: try row.version(1), publishedAt: row.time(2),
        publishedBy: row.optionalText(3).flatMap { PrincipalID($0) },
        cause: try row.value(4) { Release.Cause(rawValue: $0) }, reason: row.optionalText(5),
        entries: Int(row.integer(6)), added: Int(row.integer(7)), removed: Int(row.integer(8)),
        digest: row.octets(9), length: Int(row.integer(10)), approvalMark: row.integer(11))
    }
  }

  package func latestRelease(of list: ListName) throws(RecordsError) -> Release? {
    try releases(where: "list = ? ORDER BY version DESC LIMIT 1", [.text(list.text)]).first
  }

  /// What `version` held: everything first listed by then and not yet gone.
  func publishedEntries(of list: ListName, version: ListVersion) throws(RecordsError) -> [BlocklistEntry] {
    let sql = """
      SELECT entry FROM listing WHERE list = ?1 AND first_version <= ?2
        AND (until_version IS NULL OR until_version > ?2) ORDER BY entry
      """
    return try rows(sql, [.text(list.text), .integer(version.number)]) { (row: Row) throws(RecordsError) in
      try row.entry(0)
    }
  }

  func changes(
    of list: ListName, from: ListVersion, to: ListVersion
  ) throws(RecordsError) -> ListChanges {
    ListChanges(
      from: from, to: to, removed: try entries(of: list, heldAt: from, notAt: to, using: "until_version"),
      added: try entries(of: list, heldAt: to, notAt: from, using: "first_version"))
  }

  // What came (or went) between the two has its first (or until) version there, which the index finds.
  private func entries(
    of list: ListName, heldAt one: ListVersion, notAt other: ListVersion, using column: String
  ) throws(RecordsError) -> [BlocklistEntry] {
    let sql = """
      SELECT l.entry FROM listing l WHERE l.list = ?1 AND l.\(column) > ?4 AND l.\(column) <= ?5
        AND l.first_version <= ?2 AND (l.until_version IS NULL OR l.until_version > ?2)
        AND NOT EXISTS (SELECT 1 FROM listing m WHERE m.list = l.list AND m.entry = l.entry
          AND m.first_version <= ?3 AND (m.until_version IS NULL OR m.until_version > ?3))
      ORDER BY l.entry
      """
    let values: [SQLValue] = [
      .text(list.text), .integer(one.number), .integer(other.number), .integer(min(one, other).number),
      .integer(max(one, other).number),
    ]
    return try rows(sql, values) { (row: Row) throws(RecordsError) in try row.entry(0) }
  }

  func commit(_ draft: ReleaseDraft, act: Act) throws(RecordsError) -> Release {
    let list = draft.basis.list
    if let judged = draft.guardRevision {
      let revision = try revision(of: Self.guards)
      guard revision == judged else { throw .refused(.guardConflict(revision: revision)) }
    }
    var version = try nextVersion(after: draft.basis)
    if let lost = draft.lostThrough { version = try lose(version, through: lost, of: draft, act) }
    for change in draft.changes { try apply(change, of: draft, act: act) }
    guard !(draft.removed.isEmpty && draft.added.isEmpty) || version.number == 1 || draft.cause == .restore
    else {
      throw .refused(.nothingToRelease)
    }
    try move(draft, to: version)
    let held = (draft.basis.latest?.entries ?? 0) + draft.added.count - draft.removed.count
    guard held == draft.entries else { throw .fatal("a draft's count is not that of its entries") }
    try run(
      "INSERT INTO release VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", .text(list.text),
      .integer(version.number),
      .time(act.at), .text(act.principal?.text), .text(draft.cause.rawValue), .text(draft.reason),
      .integer(draft.entries), .integer(draft.added.count), .integer(draft.removed.count),
      .blob(draft.digest),
      .integer(draft.length), .integer(draft.basis.approvalMark))
    for name in draft.obsoleteMetadata { try run("DELETE FROM metadata WHERE name = ?", .text(name)) }
    try put(draft.metadata)
    try raiseRevision(of: "list/\(list)")
    let rule = "\(draft.cause.rawValue) added=\(draft.added.count) removed=\(draft.removed.count)"
    try note("release-published", "\(list)/\(version)", rule, act, reason: draft.reason)
    guard let release = try latestRelease(of: list) else { throw .fatal("a release vanished") }
    return release
  }

  /// Puts releases on record as lost; the number after them.
  private func lose(
    _ first: ListVersion, through last: ListVersion, of draft: ReleaseDraft, _ act: Act
  ) throws(RecordsError) -> ListVersion {
    guard draft.cause == .restore, first <= last else { throw .fatal("a draft loses what is on record") }
    var version = first
    while version <= last {
      try run(
        "INSERT INTO release VALUES(?, ?, ?, NULL, ?, NULL, ?, 0, 0, ?, ?, ?)", .text(draft.basis.list.text),
        .integer(version.number), .time(act.at), .text(Release.Cause.lost.rawValue), .integer(draft.entries),
        .blob([]), .integer(0), .integer(draft.basis.approvalMark))
      version = version.next
    }
    try skipNumbers()
    try note("releases-lost", "\(draft.basis.list)/\(first)", "restored through=\(last)", act)
    return version
  }

  private func nextVersion(after basis: ReleaseBasis) throws(RecordsError) -> ListVersion {
    let latest = try latestRelease(of: basis.list)?.version ?? .unreleased
    let revision = try revision(of: "list/\(basis.list)")
    guard latest == basis.latest?.version ?? .unreleased, revision == basis.revision else {
      throw .refused(.releaseConflict(latest: latest))
    }
    let metadata = try self.revision(of: "metadata")
    guard metadata == basis.metadataRevision else { throw .refused(.metadataConflict(revision: metadata)) }
    return latest.next
  }

  private func apply(_ change: EntryChange, of draft: ReleaseDraft, act: Act) throws(RecordsError) {
    let rule: String
    switch (change, draft.cause) {
    case (.lapse, _): rule = "lease-ended"
    case (.withhold, _): rule = "guarded-name"
    case (.suspend, .revert), (.reinstate, _): rule = "revert"
    case (.suspend, _): rule = "suspension"
    }
    switch change {
    case .suspend(let id, let reason):
      try self.change(id, to: .suspended, rule: rule, reason: reason, act: act)
    case .reinstate(let id, let reason):
      // An appeal may have been quicker than whoever undoes a release.
      guard try appealHolding(id, by: lastSuspension(of: id)) == nil else { throw .refused(.wrongEntryState) }
      try self.change(id, to: .listed, rule: rule, reason: reason, act: act)
    case .withhold(let id): try self.change(id, to: .suspended, rule: rule, act: act)
    case .lapse(let id):
      // Renewed since the draft was begun, it stays.
      guard !(try entry(id).lease.runs(at: act.at)) else { throw .refused(.wrongEntryState) }
      try self.change(id, to: .lapsed, rule: rule, act: act)
    }
  }

  func put(_ files: [MetadataFile]) throws(RecordsError) {
    for file in files {
      try run(
        "INSERT INTO metadata VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET octets = excluded.octets",
        .text(file.name), .blob(file.octets))
    }
    try raiseRevision(of: "metadata")
    try notify()
  }
}
