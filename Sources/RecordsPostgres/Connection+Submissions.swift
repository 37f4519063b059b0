// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Ingest
internal import Names
public import Records
public import RecordsSQL

extension Connection {
  /// Stores the items of a batch in their order.
  public func store<Outcome>(_ batch: SubmissionBatch<Outcome>) throws(RecordsError) -> Outcome {
    try batch.walk { given throws(RecordsError) in
      var items: [SubmissionOutcome.Item] = []
      var rest = given[...]
      while !rest.isEmpty {
        items += try store(rest.prefix(Self.itemsAtOnce), of: batch)
        rest = rest.dropFirst(Self.itemsAtOnce)
      }
      return items
    }
  }

  // Items of one statement.
  private static let itemsAtOnce = 5_000

  /// The listed entry whose lease runs that blocks all that `entry` would.
  public func listedEntry(
    blocking entry: BlocklistEntry, list: ListName, at now: SQLValue
  ) throws(RecordsError) -> ListedEntry? {
    try entries(
      where: """
        list = ? AND entry = ANY(?) AND state = 'listed' AND lease_until > ?
        ORDER BY array_position(?, entry) LIMIT 1
        """,
      [.text(list.text), .texts(entry.coveringTexts), now, .texts(entry.coveringTexts)]
    ).first
  }

  private func store<Outcome>(
    _ items: ArraySlice<AdmittedItem>, of batch: SubmissionBatch<Outcome>
  ) throws(RecordsError) -> [SubmissionOutcome.Item] {
    let who = batch.submitter
    let values: [SQLValue] = [
      .text(batch.list.text), .text(who.id.text), .text(who.agency.text), .text(who.country.text),
      .time(batch.at),
      .texts(items.map(\.host.name.text)), .texts(items.map(\.host.base.text)),
      .texts(items.map(\.host.registrable.text)), .texts(items.map(\.entry.text)),
      .texts(items.map(\.understood)),
      .texts(items.map(\.caseReference)), .texts(items.map(\.evidence?.hex)),
      .integers(items.map { $0.seenAt.map(SQLValue.seconds) }), .texts(items.map(\.note)),
      .texts(items.map(\.answers?.text)), .integer(Int64(batch.mostReportsOfOne)),
    ]
    return try rows("SELECT * FROM place(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values) {
      (row: Row) throws(RecordsError) in
      let id = SubmissionID(number: row.integer(1))
      switch row.text(0) {
      case "created": return .created(id)
      case "joined": return .joined(id)
      case "refused": return .refused(.tooManyReports, limit: batch.mostReportsOfOne)
      default: return .joinedEntry(EntryID(number: row.integer(2)), id)
      }
    }
  }
}
