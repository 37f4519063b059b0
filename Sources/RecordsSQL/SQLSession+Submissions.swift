// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names
internal import Records

extension SQLSession {
  /// A submission with all reports on it.
  func submission(_ id: SubmissionID) throws(RecordsError) -> Submission {
    try submission(id, showing: .max)
  }

  /// A submission with those who reported it, and none of their words: all that rules ask for.
  func bareSubmission(_ id: SubmissionID) throws(RecordsError) -> Submission {
    try submission(id, showing: 0)
  }

  private func submission(_ id: SubmissionID, showing most: Int) throws(RecordsError) -> Submission {
    guard let found = try submissions(where: "number = ?", [.integer(id.number)], showing: most).first else {
      throw .refused(.notFound(.submission))
    }
    return found
  }

  /// Submissions in a list, each with the first `most` reports of everyone who reported it.
  func submissions(
    where condition: String, _ values: [SQLValue], showing most: Int = Submission.reportsInLists
  ) throws(RecordsError) -> [Submission] {
    let sql = """
      SELECT number, list, host, base, registrable, entry, state, created_at, entry_number
      FROM submission WHERE \(condition)
      """
    let bare = try rows(sql, values) { (row: Row) throws(RecordsError) in try Submission(row) }
    let ids = SQLValue.integers(bare.map(\.id.number))
    let reporters = try reporters(of: ids)
    let reports = most == 0 ? [:] : try reports(of: ids, most)
    return bare.map { $0.with(reports[$0.id] ?? [], by: reporters[$0.id] ?? []) }
  }

  private func reporters(of ids: SQLValue) throws(RecordsError) -> [SubmissionID: [Submission.Reporter]] {
    let sql = """
      SELECT submission, principal, agency, country, count(*) FROM report WHERE \(Self.isOneOf("submission"))
      GROUP BY submission, principal, agency, country ORDER BY min(number)
      """
    let found = try rows(sql, [ids]) { (row: Row) throws(RecordsError) in
      (
        SubmissionID(number: row.integer(0)),
        Submission.Reporter(
          principal: try row.value(1) { PrincipalID($0) }, agency: try row.value(2) { AgencyID($0) },
          country: try row.value(3) { CountryCode($0) }, count: Int(row.integer(4)))
      )
    }
    return Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1) }
  }

  private func reports(
    of ids: SQLValue, _ most: Int
  ) throws(RecordsError) -> [SubmissionID: [Submission.Report]] {
    let columns =
      "principal, agency, country, at, understood, case_reference, evidence, seen_at, note, answers, submission"
    let all = "FROM report WHERE \(Self.isOneOf("submission"))"
    let sql =
      most == .max
      ? "SELECT \(columns) \(all) ORDER BY number"
      : """
      SELECT \(columns) FROM (
        SELECT number, \(columns), row_number() OVER (PARTITION BY submission, principal ORDER BY number) AS rank \(all)
      ) AS ranked WHERE rank <= \(most) ORDER BY number
      """
    let found = try rows(sql, [ids]) { (row: Row) throws(RecordsError) in
      (SubmissionID(number: row.integer(10)), try Submission.Report(row))
    }
    return Dictionary(grouping: found, by: \.0).mapValues { $0.map(\.1) }
  }

  func reviews(of id: SubmissionID) throws(RecordsError) -> [Review] {
    try reviews(where: "submission = ? ORDER BY number", [.integer(id.number)])
  }

  func reviews(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [Review] {
    let sql = """
      SELECT number, submission, principal, agency, country, decision, entry, criteria_id, criteria_version,
        reason, at, decided_at, keyid, signature FROM review WHERE \(condition)
      """
    return try rows(sql, values) { (row: Row) throws(RecordsError) in try Review(row) }
  }
}

extension Submission {
  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    self.init(
      id: SubmissionID(number: row.integer(0)), list: try row.list(1),
      host: ReportedHost(name: try row.name(2), base: try row.name(3), registrable: try row.name(4)),
      entry: try row.entry(5), state: try row.value(6) { State(rawValue: $0) }, createdAt: row.time(7),
      reports: [],
      entryID: row.optionalInteger(8).map { EntryID(number: $0) })
  }

  fileprivate func with(_ reports: [Report], by reporters: [Reporter]) -> Submission {
    Submission(
      id: id, list: list, host: host, entry: entry, state: state, createdAt: createdAt, reports: reports,
      entryID: entryID, reporters: reporters)
  }
}

extension Submission.Report {
  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    self.init(
      principal: try row.value(0) { PrincipalID($0) }, agency: try row.value(1) { AgencyID($0) },
      country: try row.value(2) { CountryCode($0) }, at: row.time(3), understood: row.text(4),
      caseReference: row.optionalText(5), evidence: row.optionalText(6).flatMap { EvidenceDigest($0) },
      seenAt: row.optionalTime(7), note: row.optionalText(8),
      answers: row.optionalText(9) == nil ? nil : try row.value(9) { ReportedAnswers($0) })
  }
}

extension Review {
  private static func signature(_ row: some SQLRow) -> ApprovalSignature? {
    guard let decided = row.optionalTime(11), let octets = row.optionalOctets(13) else { return nil }
    return ApprovalSignature(keyid: row.optionalText(12), octets: octets, decidedAt: decided)
  }

  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    self.init(
      id: ReviewID(number: row.integer(0)), submission: SubmissionID(number: row.integer(1)),
      principal: try row.value(2) { PrincipalID($0) }, agency: try row.value(3) { AgencyID($0) },
      country: try row.value(4) { CountryCode($0) },
      decision: try row.value(5) { ReviewDecision(rawValue: $0) },
      entry: row.optionalText(6) == nil ? nil : try row.entry(6), criteriaID: row.optionalText(7),
      criteriaVersion: row.optionalInteger(8).map { Int($0) }, reason: row.optionalText(9), at: row.time(10),
      signature: Self.signature(row))
  }
}
