// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names
internal import Records

extension SQLSession {
  func submission(_ id: SubmissionID) throws(RecordsError) -> Submission {
    guard let found = try submissions(where: "number = ?", [.integer(id.number)]).first else {
      throw .refused(.notFound(.submission))
    }
    return found
  }

  func submissions(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [Submission] {
    let sql = """
      SELECT number, list, host, base, registrable, entry, state, created_at, entry_number
      FROM submission WHERE \(condition)
      """
    let bare = try rows(sql, values) { (row: Row) throws(RecordsError) in try Submission(row) }
    let reports = try reports(of: bare.map(\.id))
    return bare.map { $0.with(reports[$0.id] ?? []) }
  }

  private func reports(of ids: [SubmissionID]) throws(RecordsError) -> [SubmissionID: [Submission.Report]] {
    let sql = """
      SELECT principal, agency, country, at, understood, case_reference, evidence, seen_at, note, answers, submission
      FROM report WHERE \(Self.isOneOf("submission")) ORDER BY number
      """
    var reports: [SubmissionID: [Submission.Report]] = [:]
    let found = try rows(sql, [.integers(ids.map(\.number))]) { (row: Row) throws(RecordsError) in
      (SubmissionID(number: row.integer(10)), try Submission.Report(row))
    }
    for (id, report) in found { reports[id, default: []].append(report) }
    return reports
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

  fileprivate func with(_ reports: [Report]) -> Submission {
    Submission(
      id: id, list: list, host: host, entry: entry, state: state, createdAt: createdAt, reports: reports,
      entryID: entryID)
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
