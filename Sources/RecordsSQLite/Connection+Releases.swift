// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Records
internal import RecordsSQL

extension Connection {
  /// Opens and closes the listings that a draft adds and removes.
  public func move(_ draft: ReleaseDraft, to version: ListVersion) throws(RecordsError) {
    let list = draft.basis.list
    for entry in draft.removed {
      try run(
        "UPDATE listing SET until_version = ? WHERE list = ? AND entry = ? AND until_version IS NULL",
        .integer(version.number), .text(list.text), .text(entry.text))
      guard changes == 1 else { throw .fatal("a draft removes what is not listed") }
    }
    for entry in draft.added {
      let backed = try first(
        "SELECT 1 FROM entry WHERE list = ? AND entry = ? AND state = 'listed'", .text(list.text),
        .text(entry.text)
      ) { (_: Row) in true }
      guard backed == true else { throw .refused(.wrongEntryState) }
      try run(
        "INSERT INTO listing VALUES(?, ?, ?, NULL)", .text(list.text), .text(entry.text),
        .integer(version.number))
    }
  }

  /// Leaves out numbers, so that none lost with a release is given again.
  public func skipNumbers() throws(RecordsError) {
    try run(
      "UPDATE sqlite_sequence SET seq = seq + ? WHERE name <> 'audit'", .integer(ReleaseDraft.numbersSkipped))
  }

  /// Nothing: this process is the store's only user.
  public func notify() {}
}
