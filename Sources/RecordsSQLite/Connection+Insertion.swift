// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names
internal import Records
internal import RecordsSQL

/// Rows of a batch, many to a statement: each statement writes a table's count of numbers given once, however many rows it has.
/// Rows of submissions alone go one by one: a statement of many rows keeps a copy of each page it touches, to be undone by, and
/// those of their indices lie all over the file.
extension Connection {
  /// Rows of one statement.
  static let rowsTogether = 64

  /// - Returns: their numbers.
  func insert(_ items: [AdmittedItem], of batch: BatchTerms) throws(RecordsError) -> [Int64] {
    let (list, at) = (SQLValue.text(batch.list.text), SQLValue.time(batch.at))
    return try items.map { item throws(RecordsError) in
      try run(
        """
        INSERT INTO submission(list, host, base, registrable, entry, state, created_at)
        VALUES(?, ?, ?, ?, ?, 'open', ?)
        """, list, .text(item.host.name.text), .text(item.host.base.text),
        .text(item.host.registrable.text), .text(item.entry.text), at)
      return lastNumber
    }
  }

  func report(
    _ items: [(AdmittedItem, SubmissionOutcome.Item)], of batch: BatchTerms
  ) throws(RecordsError) {
    let who = batch.submitter
    let person: [SQLValue] = [
      .text(who.id.text), .text(who.agency.text), .text(who.country.text), .time(batch.at),
    ]
    let columns = [
      "submission", "principal", "agency", "country", "at", "understood", "case_reference", "evidence",
      "seen_at", "note", "answers", "host", "base",
    ]
    try insert(items, into: "report", columns) { pair, values in
      let (item, outcome) = pair
      values.append(.integer(outcome.submission?.number))
      values += person
      values += Self.words(of: item)
      values += [
        .text(outcome.isNew ? nil : item.host.name.text), .text(outcome.isNew ? nil : item.host.base.text),
      ]
    }
  }

  /// What an item says besides the name of its submission, in the order of the columns.
  static func words(of item: AdmittedItem) -> [SQLValue] {
    [
      .text(item.understood), .text(item.caseReference), .text(item.evidence?.hex), .time(item.seenAt),
      .text(item.note), .text(item.answers?.text),
    ]
  }

  /// A line of the trail for each report kept.
  func note(_ outcomes: [SubmissionOutcome.Item], of batch: BatchTerms) throws(RecordsError) {
    let (at, person) = (SQLValue.time(batch.at), SQLValue.text(batch.submitter.id.text))
    let list = SQLValue.text(batch.list.text)
    try insert(outcomes, into: "audit", ["at", "principal", "action", "subject", "rule"]) { outcome, values in
      values += [at, person]
      switch outcome {
      case .created(let id): values += [.text("submission-created"), .text(id.text), list]
      case .joined(let id): values += [.text("submission-joined"), .text(id.text), list]
      case .joinedEntry(let entry, let id):
        values += [.text("submission-joined"), .text(id.text), .text(entry.text)]
      case .refused: preconditionFailure("what is refused is not kept")
      }
    }
  }

  /// By statements of few sizes, so that each is prepared once.
  private func insert<Item>(
    _ items: [Item], into table: String, _ columns: [String], values: (Item, inout [SQLValue]) -> Void
  ) throws(RecordsError) {
    let head = "INSERT INTO \(table)(\(columns.joined(separator: ","))) VALUES"
    let row = "(" + Array(repeating: "?", count: columns.count).joined(separator: ",") + ")"
    var bound: [SQLValue] = []
    var rest = items[...]
    for size in [Self.rowsTogether, 8, 1] where rest.count >= size {
      let sql = head + Array(repeating: row, count: size).joined(separator: ",")
      while rest.count >= size {
        bound.removeAll(keepingCapacity: true)
        for item in rest.prefix(size) { values(item, &bound) }
        _ = try rows(sql, bound) { (_: Row) throws(RecordsError) in }
        rest = rest.dropFirst(size)
      }
    }
  }
}

extension SubmissionOutcome.Item {
  /// Whether the submission is of the item's own host.
  fileprivate var isNew: Bool {
    if case .created = self { true } else { false }
  }

  /// The submission that the report is on; nil when it is refused.
  var submission: SubmissionID? {
    switch self {
    case .created(let id), .joined(let id), .joinedEntry(_, let id): id
    case .refused: nil
    }
  }
}
