// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
internal import RecordsSQL

extension Connection {
  /// Opens and closes the listings that a draft adds and removes.
  public func move(_ draft: ReleaseDraft, to version: ListVersion) throws(RecordsError) {
    let list = draft.basis.list
    for texts in Self.portions(of: draft.removed) {
      try run(
        "UPDATE listing SET until_version = ? WHERE list = ? AND entry = ANY(?) AND until_version IS NULL",
        .integer(version.number), .text(list.text), .texts(texts))
      guard changes == texts.count else { throw .fatal("a draft removes what is not listed") }
    }
    for texts in Self.portions(of: draft.added) {
      try run(
        """
        INSERT INTO listing SELECT e.list, e.entry, ? FROM entry e
          WHERE e.list = ? AND e.entry = ANY(?) AND e.state = 'listed'
        """, .integer(version.number), .text(list.text), .texts(texts))
      guard changes == texts.count else { throw .refused(.wrongEntryState) }
    }
  }

  // Values of one statement.
  private static let atOnce = 50_000

  private static func portions(of entries: [BlocklistEntry]) -> [[String?]] {
    stride(from: 0, to: entries.count, by: atOnce).map { start in
      entries[start..<min(start + atOnce, entries.count)].map(\.text)
    }
  }

  /// Leaves out numbers, so that none lost with a release is given again.
  public func skipNumbers() throws(RecordsError) {
    for table in try tables() where table.isNumbered && table.name != "audit" {
      try setLastNumber(try lastNumber(of: table) + ReleaseDraft.numbersSkipped, of: table)
    }
  }

  /// Tells every other process, once this is committed.
  public func notify() throws(RecordsError) { try execute("NOTIFY cordon") }
}
