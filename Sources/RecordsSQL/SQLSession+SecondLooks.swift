// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Names
internal import Records

/// Whom a chair's word binds.
extension SQLSession {
  /// What chairs ask of `submission`, and of any other open one of the list whose host `entry` blocks: who reports the same
  /// name again, or with another scope, does not get round the panel. Nor does who has the one rejected and another made: what was asked
  /// of a rejected one stands until the name is listed with it given, or the panel is gone.
  func secondLooks(
    concerning entry: BlocklistEntry, on submission: Submission, _ seen: inout ReportMemory
  ) throws(RecordsError) -> [SecondLook] {
    let asked = try looksBelow(ReportMemory.Domain(of: submission), &seen).filter {
      $0.host.isBlocked(by: entry)
    }
    var concerned: [Int64] = []
    for look in asked {
      if !look.isOpen, try isGiven(look, on: submission.list) { continue }
      concerned.append(look.submission)
    }
    let own = submission.id.number
    return try secondLooks(
      where: "\(Self.isOneOf("l.submission")) ORDER BY l.submission <> ?, l.submission",
      [.integers(concerned + (concerned.contains(own) ? [] : [own])), .integer(own)])
  }

  /// Those of open submissions of hosts of a domain, and of rejected ones while their panel is there.
  private func looksBelow(
    _ domain: ReportMemory.Domain, _ seen: inout ReportMemory
  ) throws(RecordsError) -> [AskedLook] {
    let joined =
      try hasFewHosts(domain, &seen)
      ? "submission s CROSS JOIN second_look l" : "second_look l CROSS JOIN submission s"
    let sql = """
      SELECT s.number, s.host, s.base, s.registrable, s.state, l.at FROM \(joined)
      WHERE s.number = l.submission AND s.list = ? AND s.registrable = ?
        AND (s.state = 'open' OR s.state = 'rejected' AND EXISTS (SELECT 1 FROM panel p WHERE p.id = l.panel))
      """
    return try rows(sql, [.text(domain.list.text), .text(domain.registrable.text)]) {
      (row: Row) throws(RecordsError) in
      AskedLook(
        submission: row.integer(0),
        host: ReportedHost(name: try row.name(1), base: try row.name(2), registrable: try row.name(3)),
        isOpen: row.text(4) == "open", at: row.time(5))
    }
  }

  /// Whether an entry that blocks the host has been listed, or confirmed by another submission, since the look was asked for: it was given
  /// then, or there would be none.
  private func isGiven(_ look: AskedLook, on list: ListName) throws(RecordsError) -> Bool {
    let texts = Set(
      [look.host.name, look.host.base].flatMap {
        BlocklistEntry(name: $0, scope: .host).coveringTexts
      })
    let covering = try entries(
      where: "list = ? AND \(Self.isOneOf("entry"))", [.text(list.text), .texts(texts.sorted())])
    for entry in covering {
      let line = try first(
        """
        SELECT number FROM audit WHERE subject = ? AND \(Self.isEntrySubject)
          AND action IN ('entry-listed', 'entry-confirmed') AND at >= ? LIMIT 1
        """, .text(entry.id.text), .time(look.at)
      ) { $0.integer(0) }
      if line != nil { return true }
    }
    return false
  }
}

/// A second look with the host it was asked for.
private struct AskedLook {
  let submission: Int64
  let host: ReportedHost
  let isOpen: Bool
  let at: Date
}
