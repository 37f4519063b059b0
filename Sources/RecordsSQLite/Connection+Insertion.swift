// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names
internal import Records
internal import RecordsSQL

/// Rows of a batch, many to a statement: each statement costs something, and writes a table's count of numbers given once, however
/// many rows it has.
extension Connection {
  /// Rows of one statement.
  static let rowsTogether = 64

  /// - Returns: their numbers.
  func insert(_ items: [AdmittedItem], of batch: BatchTerms) throws(RecordsError) -> [Int64] {
    let (list, at) = (SQLValue.text(batch.list.text), SQLValue.time(batch.at))
    return try insert(items, .submissions) { item, values in
      values += [
        list, .text(item.host.name.text), .text(item.host.base.text), .text(item.host.registrable.text),
        .text(item.entry.text), .text("open"), at,
      ]
    }
  }

  func report(
    _ items: [(AdmittedItem, SubmissionOutcome.Item)], of batch: BatchTerms
  ) throws(RecordsError) {
    let who = batch.submitter
    let person: [SQLValue] = [
      .text(who.id.text), .text(who.agency.text), .text(who.country.text), .time(batch.at),
    ]
    try insert(items, .reports) { pair, values in
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
    try insert(outcomes, .trail) { outcome, values in
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
  ///
  /// - Returns: the numbers of the rows.
  @discardableResult private func insert<Item>(
    _ items: [Item], _ kind: RowsStatement.Kind, values: (Item, inout [SQLValue]) -> Void
  ) throws(RecordsError) -> [Int64] {
    var numbers: [Int64] = []
    numbers.reserveCapacity(items.count)
    var bound: [SQLValue] = []
    for run in RowsStatement.runs(of: items) {
      bound.removeAll(keepingCapacity: true)
      for item in run { values(item, &bound) }
      _ = try rows(RowsStatement(kind, rows: run.count), bound) { (_: Row) throws(RecordsError) in }
      numbers += (lastNumber - Int64(run.count) + 1)...lastNumber
    }
    return numbers
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
