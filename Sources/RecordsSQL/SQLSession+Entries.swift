// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists
package import Ingest
internal import Names
package import Records

extension SQLSession {
  func entry(_ id: EntryID) throws(RecordsError) -> ListedEntry {
    guard let found = try entries(where: "number = ?", [.integer(id.number)]).first else {
      throw .refused(.notFound(.entry))
    }
    return found
  }

  package func entries(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [ListedEntry] {
    let sql = """
      SELECT number, list, entry, state, submission, listed_at, lease_from, lease_until FROM entry WHERE \(condition)
      """
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      ListedEntry(
        id: EntryID(number: row.integer(0)), list: try row.list(1), entry: try row.entry(2),
        state: try row.value(3) { ListedEntry.State(rawValue: $0) },
        submission: SubmissionID(number: row.integer(4)), listedAt: row.time(5),
        lease: Lease(from: row.time(6), until: row.time(7)))
    }
  }

  func change(
    _ id: EntryID, to state: ListedEntry.State, rule: String, reason: String? = nil, act: Act
  ) throws(RecordsError) {
    let before = try entry(id)
    guard before.state != state else { return }
    switch (before.state, state) {
    case (.listed, .suspended), (.listed, .lapsed): break
    case (.suspended, .listed):
      guard before.lease.runs(at: act.at) else { throw .refused(.leaseRefused) }
      guard try listedEntry(same: before) == nil else { throw .refused(.wrongEntryState) }
    default: throw .refused(.wrongEntryState)
    }
    try run("UPDATE entry SET state = ? WHERE number = ?", .text(state.rawValue), .integer(id.number))
    try raiseRevision(of: "list/\(before.list)")
    let action = state == .listed ? "entry-reinstated" : "entry-\(state.rawValue)"
    try note(action, id.text, rule, act, reason: reason)
  }

  private func listedEntry(same entry: ListedEntry) throws(RecordsError) -> ListedEntry? {
    try entries(
      where: "list = ? AND entry = ? AND state = 'listed'", [.text(entry.list.text), .text(entry.entry.text)]
    ).first
  }
}

extension BlocklistEntry {
  /// The texts of the entries that block all that this one would, itself first.
  package var coveringTexts: [String] {
    var texts = scope == .host ? [text] : []
    var current: DomainName? = name
    while let name = current {
      texts.append("." + name.text)
      current = name.parent
    }
    return texts
  }
}
