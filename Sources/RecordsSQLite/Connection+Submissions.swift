// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import FoundationEssentials
public import Ingest
internal import Names
public import Records
public import RecordsSQL

extension Connection {
  /// Stores the items of a batch in their order.
  public func store<Outcome>(_ batch: SubmissionBatch<Outcome>) throws(RecordsError) -> Outcome {
    if batch.count >= Self.itemsWithRoom { try takeRoom() }
    let whose = BatchTerms(batch)
    var unlisted = UnlistedTexts()
    return try batch.walk { given throws(RecordsError) in
      var items: [SubmissionOutcome.Item] = []
      items.reserveCapacity(given.count)
      var rest = given[...]
      while !rest.isEmpty {
        let together = rest.prefix(Self.rowsTogether)
        rest = rest.dropFirst(together.count)
        items += try store(Array(together), of: whose, &unlisted)
      }
      return items
    }
  }

  /// The listed entry whose lease runs that blocks all that `entry` would.
  public func listedEntry(
    blocking entry: BlocklistEntry, list: ListName, at now: SQLValue
  ) throws(RecordsError) -> ListedEntry? {
    for text in entry.coveringTexts {
      let found = try entries(
        where: "list = ? AND entry = ? AND state = 'listed' AND lease_until > ?",
        [.text(list.text), .text(text), now])
      if let first = found.first { return first }
    }
    return nil
  }

  // A batch of so many items changes more pages than fit in the usual room.
  private static let itemsWithRoom = 1_000

  /// What an item is, before its submission has a number.
  private enum Place {
    case known(SubmissionOutcome.Item)
    /// The new submission at this index of those to be inserted.
    case new(Int)
    /// One more report on it.
    case again(Int)
  }

  private func store(
    _ items: [AdmittedItem], of batch: BatchTerms, _ unlisted: inout UnlistedTexts
  ) throws(RecordsError) -> [SubmissionOutcome.Item] {
    var fresh: [AdmittedItem] = []
    var indices: [BlocklistEntry: Int] = [:]
    var places: [Place] = []
    let states = try states(of: items.map(\.entry.text), batch.list)
    for (item, state) in zip(items, states) {
      if let index = indices[item.entry] {
        places.append(.again(index))
      } else if let known = try known(item, state, of: batch, &unlisted) {
        places.append(.known(known))
      } else {
        places.append(.new(fresh.count))
        indices[item.entry] = fresh.count
        fresh.append(item)
      }
    }
    let numbers = try insert(fresh, of: batch)
    var reports = ReportsOfOne(most: batch.mostReportsOfOne)
    let outcomes = try zip(items, places).map {
      (item, place) throws(RecordsError) -> SubmissionOutcome.Item in
      switch place {
      case .new(let index):
        return reports.first(item, .created(SubmissionID(number: numbers[index])))
      case .again(let index):
        return reports.next(item, .joined(SubmissionID(number: numbers[index])), onRecord: (0, false))
      case .known(let outcome):
        return reports.next(
          item, outcome, onRecord: try reportsOnRecord(of: item, outcome, by: batch.submitter))
      }
    }
    try report(reports.kept, of: batch)
    try note(reports.kept.map(\.1), of: batch)
    return outcomes
  }

  /// How many reports of one person are on the submission, and whether one of them says what `item` does.
  private func reportsOnRecord(
    of item: AdmittedItem, _ outcome: SubmissionOutcome.Item, by person: Principal
  ) throws(RecordsError) -> (count: Int, isSaid: Bool) {
    guard let submission = outcome.submission else { return (0, false) }
    let sql = """
      SELECT count(*), max(understood = ?3 AND case_reference IS ?4 AND evidence IS ?5 AND seen_at IS ?6 AND note IS ?7
        AND answers IS ?8) FROM report WHERE submission = ?1 AND principal = ?2
      """
    let values: [SQLValue] =
      [.integer(submission.number), .text(person.id.text)] + Self.words(of: item)
    let found = try rows(sql, values) { (row: Row) throws(RecordsError) in
      (count: Int(row.integer(0)), isSaid: !row.isNull(1) && row.integer(1) != 0)
    }
    guard let only = found.first else { throw .fatal("a query of one row had none") }
    return only
  }

  /// The submission or entry on record that the item joins.
  private func known(
    _ item: AdmittedItem, _ state: TextState, of batch: BatchTerms, _ unlisted: inout UnlistedTexts
  ) throws(RecordsError) -> SubmissionOutcome.Item? {
    var mayBeBlocked = state.isListed
    for text in item.entry.coveringTexts.dropFirst() where !mayBeBlocked && !unlisted.contains(text) {
      mayBeBlocked = try states(of: [text], batch.list).contains { $0.isListed }
      if !mayBeBlocked { unlisted.insert(text) }
    }
    if mayBeBlocked,
      let entry = try listedEntry(blocking: item.entry, list: batch.list, at: .time(batch.at))
    {
      return .joinedEntry(entry.id, entry.submission)
    }
    return state.open.map { .joined($0) }
  }

  /// What is on record of each of some entries.
  private func states(of texts: [String], _ list: ListName) throws(RecordsError) -> [TextState] {
    let list = SQLValue.text(list.text)
    var states: [TextState] = []
    states.reserveCapacity(texts.count)
    for run in RowsStatement.runs(of: texts) {
      let values = run.flatMap { [list, .text($0)] }
      let found = try rows(RowsStatement(.states, rows: run.count), values) {
        (row: Row) throws(RecordsError) in
        let open = row.isNull(1) ? nil : SubmissionID(number: row.integer(1))
        return (place: Int(row.integer(0)), state: TextState(open: open, isListed: row.integer(2) != 0))
      }
      guard found.map(\.place) == Array(0..<run.count) else {
        throw .fatal("a query of several entries had other rows")
      }
      states += found.lazy.map(\.state)
    }
    return states
  }
}

/// What is on record of an entry.
private struct TextState {
  let open: SubmissionID?
  let isListed: Bool
}

/// What holds for every item of a batch.
struct BatchTerms {
  let list: ListName
  let submitter: Principal
  let at: Date
  let mostReportsOfOne: Int

  init<Outcome>(_ batch: SubmissionBatch<Outcome>) {
    (list, submitter, at) = (batch.list, batch.submitter, batch.at)
    mostReportsOfOne = batch.mostReportsOfOne
  }
}

/// Names above those of a batch of which none is listed: the same ones come again and again.
private struct UnlistedTexts {
  private var texts: Set<String> = []
  private static let most = 10_000

  func contains(_ text: String) -> Bool { texts.contains(text) }

  mutating func insert(_ text: String) {
    if texts.count == Self.most { texts.removeAll(keepingCapacity: true) }
    texts.insert(text)
  }
}

/// The reports of some items by one person, those that are kept among them: none is kept that says what another did, and no more on
/// one submission than may be.
private struct ReportsOfOne {
  let most: Int
  private(set) var kept: [(AdmittedItem, SubmissionOutcome.Item)] = []

  init(most: Int) { self.most = most }

  /// The first report on a new submission.
  mutating func first(_ item: AdmittedItem, _ outcome: SubmissionOutcome.Item) -> SubmissionOutcome.Item {
    kept.append((item, outcome))
    return outcome
  }

  /// One more report on a submission.
  ///
  /// - Parameter onRecord: how many of the same person's are on record, and whether one of them says the same.
  mutating func next(
    _ item: AdmittedItem, _ outcome: SubmissionOutcome.Item, onRecord: (count: Int, isSaid: Bool)
  ) -> SubmissionOutcome.Item {
    // Few items are stored at once.
    let before = kept.lazy.filter { $0.1.submission == outcome.submission }
    guard !onRecord.isSaid, !before.contains(where: { $0.0.saysTheSame(as: item) }) else { return outcome }
    guard onRecord.count + before.count < most else { return .refused(.tooManyReports, limit: most) }
    kept.append((item, outcome))
    return outcome
  }
}
