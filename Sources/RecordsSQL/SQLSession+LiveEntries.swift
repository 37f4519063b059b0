// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records

/// What a release is made from.
extension SQLSession {
  func releaseBasis(of list: ListName) throws(RecordsError) -> ReleaseBasis {
    ReleaseBasis(
      list: list, latest: try latestRelease(of: list), revision: try revision(of: "list/\(list)"),
      metadataRevision: try revision(of: "metadata"), approvalMark: try approvalMark())
  }

  /// Those asked about that are live, in order of text.
  func liveEntries(
    of list: ListName, at now: SQLValue, asking inquiry: EntryInquiry
  ) throws(RecordsError) -> [ListedEntry] {
    var found: [EntryID: ListedEntry] = [:]
    for (column, asked) in [
      ("number", SQLValue.integers(inquiry.ids.map(\.number))),
      ("entry", .texts(inquiry.entries.map(\.text))),
    ] {
      let live = try entries(
        where: "list = ? AND state = 'listed' AND lease_until > ? AND \(Self.isOneOf(column))",
        [.text(list.text), now, asked])
      for entry in live { found[entry.id] = entry }
    }
    return found.values.sorted { $0.entry < $1.entry }
  }
}
