// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Records

/// Which open submissions a queue shows.
extension SQLSession {
  /// The first `limit` open ones after `after` that the filter takes, without those that `ReviewRules` would not let its reviewer decide
  /// on as they were proposed.
  func openSubmissions(
    _ filter: QueueFilter, after: Int64, limit: Int
  ) throws(RecordsError) -> [Submission] {
    var chosen: [Int64] = []
    var seen = ReportMemory()
    var last = after
    let size = max(limit, Self.rowsTogether)
    while chosen.count < limit {
      let rows = try openRows(filter, after: last, limit: size)
      let approvers = try approvers(of: rows, filter)
      for row in rows where chosen.count < limit {
        if try mayDecide(filter.reviewer, on: row, approvers[row.number] ?? [], &seen) {
          chosen.append(row.number)
        }
      }
      guard let end = rows.last, rows.count == size else { break }
      last = end.number
    }
    return try submissions(
      where: "\(Self.isOneOf("number")) ORDER BY number", [.integers(chosen)])
  }

  // Short pages look at as many at once.
  private static var rowsTogether: Int { 100 }

  private func openRows(
    _ filter: QueueFilter, after: Int64, limit: Int
  ) throws(RecordsError) -> [OpenRow] {
    var condition = PageCondition(after: after, limit: limit)
    condition.require("state = 'open'")
    if let list = filter.list { condition.require("list = ?", .text(list.text)) }
    if let reviewer = filter.reviewer {
      let counting = Self.counting(filter.terms)
      condition.require(
        "NOT EXISTS (SELECT 1 FROM report p WHERE p.submission = submission.number AND p.principal = ?)",
        .text(reviewer.id.text))
      condition.require(
        "NOT EXISTS (SELECT 1 FROM review r WHERE r.submission = submission.number AND r.principal = ? AND \(counting.text))",
        [.text(reviewer.id.text)] + counting.values)
    }
    Self.narrow(&condition, filter)
    return try rows(
      "SELECT number, list, registrable, entry FROM submission WHERE \(condition.text)", condition.values
    ) { (row: Row) throws(RecordsError) in
      OpenRow(
        number: row.integer(0),
        domain: ReportMemory.Domain(list: try row.list(1), registrable: try row.name(2)),
        entry: try row.entry(3))
    }
  }

  /// Who of the reviewer's country approved what was proposed, and had not reported the same submission.
  private func approvers(
    of open: [OpenRow], _ filter: QueueFilter
  ) throws(RecordsError) -> [Int64: Set<PrincipalID>] {
    guard let reviewer = filter.reviewer, !open.isEmpty else { return [:] }
    let counting = Self.counting(filter.terms)
    let sql = """
      SELECT r.submission, r.principal FROM submission JOIN review r ON r.submission = submission.number
      WHERE \(Self.isOneOf("submission.number")) AND r.country = ? AND r.entry = submission.entry
        AND \(counting.text)
        AND NOT EXISTS (SELECT 1 FROM report p WHERE p.submission = r.submission AND p.principal = r.principal)
      """
    let found = try rows(
      sql, [.integers(open.map(\.number)), .text(reviewer.country.text)] + counting.values
    ) { (row: Row) throws(RecordsError) in (row.integer(0), try row.value(1) { PrincipalID($0) }) }
    return Dictionary(grouping: found, by: \.0).mapValues { Set($0.map(\.1)) }
  }

  /// Neither reported what is proposed, by whichever submission, nor is of a country that approved it already.
  private func mayDecide(
    _ reviewer: Principal?, on row: OpenRow, _ approvers: Set<PrincipalID>, _ seen: inout ReportMemory
  ) throws(RecordsError) -> Bool {
    guard let reviewer else { return true }
    let names = try reportedNames(by: approvers.union([reviewer.id]), below: row.domain, &seen)
    func reported(_ person: PrincipalID) -> Bool { names[person]?.firstReport(of: row.entry) != nil }
    return !reported(reviewer.id) && approvers.allSatisfy(reported)
  }

  // Whether the review `r` is an approval that counts.
  private static func counting(_ terms: [QueueFilter.Terms]) -> (text: String, values: [SQLValue]) {
    var values: [SQLValue] = []
    let choices = terms.map { term in
      values += [.text(term.list.text), .text(term.criteriaID), .integer(Int64(term.criteriaVersion))]
      let signed = term.isSignatureRequired ? " AND r.keyid IS NOT NULL" : ""
      return "(submission.list = ? AND r.criteria_id = ? AND r.criteria_version = ?\(signed))"
    }
    let byTerms = choices.isEmpty ? "" : " AND (" + choices.joined(separator: " OR ") + ")"
    let text = """
      r.decision = 'approve'\(byTerms) AND NOT EXISTS (SELECT 1 FROM agency_key k WHERE k.keyid = r.keyid
        AND (k.valid_from > r.decided_at OR k.valid_until <= r.decided_at))
      """
    return (text, values)
  }

  // By country, age and claim.
  private static func narrow(_ condition: inout PageCondition, _ filter: QueueFilter) {
    if let country = filter.country {
      condition.require(
        "(SELECT p.country FROM report p WHERE p.submission = submission.number ORDER BY p.number LIMIT 1) = ?",
        .text(country.text))
    }
    if let time = filter.reportedBy {
      condition.require("created_at <= ?", .time(time))
    }
    if let claims = filter.claims, let person = filter.reviewer?.id, let now = filter.now {
      let (word, comparison) = claims == .free ? ("NOT EXISTS", "<>") : ("EXISTS", "=")
      condition.require(
        """
        \(word) (SELECT 1 FROM claim c WHERE c.submission = submission.number AND c.until > ?
          AND c.principal \(comparison) ?)
        """, .time(now), .text(person.text))
    }
  }
}

/// As much of an open submission as tells whether somebody may decide on it.
private struct OpenRow {
  let number: Int64
  let domain: ReportMemory.Domain
  let entry: BlocklistEntry
}
