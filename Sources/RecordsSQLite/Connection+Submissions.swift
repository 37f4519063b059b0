// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Ingest
internal import Names
public import Records
public import RecordsSQL

/// A batch item by item: a statement costs less here than what would save it.
extension Connection {
  /// Stores the items of a batch in their order.
  public func store(_ batch: SubmissionBatch) throws(RecordsError) -> [SubmissionOutcome.Item] {
    var items: [SubmissionOutcome.Item] = []
    items.reserveCapacity(batch.items.count)
    for item in batch.items { items.append(try store(item, of: batch)) }
    return items
  }

  /// The listed entry whose lease runs that blocks all that `entry` would.
  public func listedEntry(
    blocking entry: BlocklistEntry, list: ListName, at now: SQLValue
  ) throws(RecordsError) -> ListedEntry? {
    let texts = entry.coveringTexts
    // Mostly there is none: asked once for all of them.
    let places = Array(repeating: "?", count: texts.count).joined(separator: ",")
    let found = try rows(
      "SELECT 1 FROM entry WHERE state = 'listed' AND list = ? AND entry IN (\(places)) LIMIT 1",
      [.text(list.text)] + texts.map { .text($0) }
    ) { (row: Row) throws(RecordsError) in row.integer(0) }
    guard !found.isEmpty else { return nil }
    for text in texts {
      let found = try entries(
        where: "list = ? AND entry = ? AND state = 'listed' AND lease_until > ?",
        [.text(list.text), .text(text), now])
      if let first = found.first { return first }
    }
    return nil
  }

  private func store(_ item: AdmittedItem, of batch: SubmissionBatch) throws(RecordsError)
    -> SubmissionOutcome.Item
  {
    let outcome = try place(item, of: batch)
    let act = Act(by: batch.submitter.id, at: batch.at)
    switch outcome {
    case .created(let id):
      try report(item, of: batch, on: id)
      try note("submission-created", id.text, batch.list.text, act)
    case .joined(let id):
      try report(item, of: batch, on: id)
      try note("submission-joined", id.text, batch.list.text, act)
    case .joinedEntry(let entry, let id):
      try report(item, of: batch, on: id)
      try note("submission-joined", id.text, entry.text, act)
    }
    return outcome
  }

  private func place(_ item: AdmittedItem, of batch: SubmissionBatch) throws(RecordsError)
    -> SubmissionOutcome.Item
  {
    if let entry = try listedEntry(blocking: item.entry, list: batch.list, at: .time(batch.at)) {
      return .joinedEntry(entry.id, entry.submission)
    }
    let open = try first(
      "SELECT number FROM submission WHERE list = ? AND entry = ? AND state = 'open'", .text(batch.list.text),
      .text(item.entry.text)
    ) { SubmissionID(number: $0.integer(0)) }
    if let open { return .joined(open) }
    try run(
      """
      INSERT INTO submission(list, host, base, registrable, entry, state, created_at)
      VALUES(?, ?, ?, ?, ?, 'open', ?)
      """, .text(batch.list.text), .text(item.host.name.text), .text(item.host.base.text),
      .text(item.host.registrable.text), .text(item.entry.text), .time(batch.at))
    return .created(SubmissionID(number: lastNumber))
  }

  private func report(
    _ item: AdmittedItem, of batch: SubmissionBatch, on id: SubmissionID
  ) throws(RecordsError) {
    let who = batch.submitter
    try run(
      """
      INSERT INTO report(submission, principal, agency, country, at, understood, case_reference, evidence, seen_at,
        note, answers) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .integer(id.number), .text(who.id.text), .text(who.agency.text), .text(who.country.text),
      .time(batch.at), .text(item.understood), .text(item.caseReference), .text(item.evidence?.hex),
      .time(item.seenAt), .text(item.note), .text(item.answers?.text))
  }
}
