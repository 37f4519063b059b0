// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records

/// What was taken off, by what, and what keeps it off.
extension SQLSession {
  /// The line of the trail about its latest suspension. The second term is the index's own.
  func lastSuspension(of id: EntryID) throws(RecordsError) -> AuditEvent? {
    try events(
      where: """
        subject = ? AND \(Self.isEntrySubject) AND action = 'entry-suspended' ORDER BY number DESC LIMIT 1
        """, [.text(id.text)]
    ).first
  }

  /// An appeal that removed the entry.
  func appealRemoving(_ id: EntryID) throws(RecordsError) -> AppealCase? {
    try first(
      """
      SELECT a.id FROM appeal a JOIN appeal_entry e ON e.appeal = a.number
      WHERE e.entry = ? AND a.decision = 'remove' LIMIT 1
      """, .integer(id.number)
    ) { (row: Row) throws(RecordsError) in try row.value(0) { AppealCase($0) } }
  }

  /// The appeal until whose decision the entry is off, by the last word on it.
  private func appealSuspending(
    _ id: EntryID, by suspension: AuditEvent?
  ) throws(RecordsError) -> AppealCase? {
    let open = try rows(
      """
      SELECT a.id FROM appeal a JOIN appeal_entry e ON e.appeal = a.number
      WHERE e.entry = ? AND a.state <> 'decided'
      """, [.integer(id.number)]
    ) { (row: Row) throws(RecordsError) in try row.value(0) { AppealCase($0) } }
    return open.first { Appeal.suspensionReason(of: $0) == suspension?.reason }
  }

  /// The appeal that keeps a suspended entry off.
  /// - Parameter suspension: the last word on it.
  func appealHolding(
    _ id: EntryID, by suspension: AuditEvent?
  ) throws(RecordsError) -> ReinstatementObstacle? {
    if let removed = try appealRemoving(id) { return .removedByAppeal(removed) }
    return try appealSuspending(id, by: suspension).map { .suspendedForAppeal($0) }
  }

  /// For each of `entries` that does not come back when release `version` is undone: why.
  func obstacles(
    toUndoing version: ListVersion, of list: ListName, for entries: [EntryID]
  ) throws(RecordsError) -> [EntryID: ReinstatementObstacle] {
    let end = try trailPlace(of: version, list) ?? 0
    let start = version.number > 1 ? try trailPlace(of: ListVersion(version.number - 1), list) ?? 0 : 0
    var found: [EntryID: ReinstatementObstacle] = [:]
    for id in entries {
      let suspension = try lastSuspension(of: id)
      if let appeal = try appealHolding(id, by: suspension) {
        found[id] = appeal
        continue
      }
      // A release's own lines stand right before the one that tells of it.
      let last = suspension?.sequence ?? 0
      if last <= start || last >= end { found[id] = .takenOffSince }
    }
    return found
  }

  /// Where the trail tells of a release. The second term is the index's own.
  private func trailPlace(of version: ListVersion, _ list: ListName) throws(RecordsError) -> Int64? {
    try first(
      "SELECT number FROM audit WHERE subject = ? AND action = 'release-published' ORDER BY number DESC LIMIT 1",
      .text("\(list)/\(version)")
    ) { $0.integer(0) }
  }
}
