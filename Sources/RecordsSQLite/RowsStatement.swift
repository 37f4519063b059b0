// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A statement about several rows at once, each with values of its own: long, but of few kinds and sizes.
struct RowsStatement: Hashable {
  enum Kind: Hashable {
    /// Inserts submissions.
    case submissions
    /// Inserts reports.
    case reports
    /// Inserts lines of the trail.
    case trail
    /// For each row, a list and an entry: its place among those asked, the open submission of the entry, and whether it is listed.
    case states
  }

  let kind: Kind
  let rows: Int

  init(_ kind: Kind, rows: Int) { (self.kind, self.rows) = (kind, rows) }

  var sql: String {
    switch kind {
    // What is in the way stops it where it is, and whoever runs it undoes the whole batch: else SQLite would keep a copy of each page
    // that the statement changes, and those of the indices lie all over the file.
    case .submissions:
      inserting("INSERT OR FAIL INTO submission", "list host base registrable entry state created_at")
    case .reports:
      inserting(
        "INSERT INTO report",
        "submission principal agency country at understood case_reference evidence seen_at note answers host base"
      )
    case .trail: inserting("INSERT INTO audit", "at principal action subject rule")
    case .states:
      """
      WITH asked(place, list, entry) AS (VALUES \((0..<rows).map { "(\($0),?,?)" }.joined(separator: ",")))
      SELECT place,
        (SELECT number FROM submission WHERE state = 'open' AND list = asked.list AND entry = asked.entry),
        EXISTS(SELECT 1 FROM entry WHERE state = 'listed' AND list = asked.list AND entry = asked.entry)
      FROM asked
      """
    }
  }

  private func inserting(_ head: String, _ names: String) -> String {
    let columns = names.split(separator: " ")
    let row = "(" + columns.map { _ in "?" }.joined(separator: ",") + ")"
    return "\(head)(\(columns.joined(separator: ","))) VALUES"
      + repeatElement(row, count: rows).joined(separator: ",")
  }

  /// Takes items apart into runs of few lengths, in their order.
  static func runs<Item>(of items: [Item]) -> [ArraySlice<Item>] {
    var runs: [ArraySlice<Item>] = []
    var rest = items[...]
    for size in [Connection.rowsTogether, 8, 1] {
      while rest.count >= size {
        runs.append(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
    }
    return runs
  }
}
