// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names
internal import Records

extension Connection {
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
    var found: [Submission] = []
    for submission in bare { found.append(submission.with(try reports(of: submission.id))) }
    return found
  }

  func reports(of id: SubmissionID) throws(RecordsError) -> [Submission.Report] {
    let sql = """
      SELECT principal, agency, country, at, understood, case_reference, evidence, seen_at, note
      FROM report WHERE submission = ? ORDER BY number
      """
    return try rows(sql, [.integer(id.number)]) { (row: Row) throws(RecordsError) in
      try Submission.Report(row)
    }
  }

  func reviews(of id: SubmissionID) throws(RecordsError) -> [Review] {
    try reviews(where: "submission = ? ORDER BY number", .integer(id.number))
  }

  func reviews(where condition: String, _ value: SQLValue) throws(RecordsError) -> [Review] {
    let sql = """
      SELECT number, submission, principal, agency, country, decision, entry, criteria_id, criteria_version,
        reason, at, decided_at, keyid, signature FROM review WHERE \(condition)
      """
    return try rows(sql, [value]) { (row: Row) throws(RecordsError) in try Review(row) }
  }

  func store(_ item: AdmittedItem, of batch: SubmissionBatch) throws(RecordsError) -> SubmissionOutcome.Item {
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
        note) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .integer(id.number), .text(who.id.text), .text(who.agency.text), .text(who.country.text),
      .time(batch.at), .text(item.understood), .text(item.caseReference), .text(item.evidence?.hex),
      .time(item.seenAt), .text(item.note))
  }
}

extension Row {
  func entry(_ column: Int32) throws(RecordsError) -> BlocklistEntry {
    try value(column) { try? BlocklistEntry(parsing: $0) }
  }

  func version(_ column: Int32) throws(RecordsError) -> ListVersion {
    guard let number = UInt64(exactly: integer(column)) else { throw .fatal("a stored version is negative") }
    return ListVersion(number)
  }

  func list(_ column: Int32) throws(RecordsError) -> ListName { try value(column) { try? ListName($0) } }

  func name(_ column: Int32) throws(RecordsError) -> DomainName {
    try value(column) { try? DomainName(canonical: $0) }
  }
}

extension Submission {
  fileprivate init(_ row: Row) throws(RecordsError) {
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
  fileprivate init(_ row: Row) throws(RecordsError) {
    self.init(
      principal: try row.value(0) { PrincipalID($0) }, agency: try row.value(1) { AgencyID($0) },
      country: try row.value(2) { CountryCode($0) }, at: row.time(3), understood: row.text(4),
      caseReference: row.optionalText(5), evidence: row.optionalText(6).flatMap { EvidenceDigest($0) },
      seenAt: row.optionalTime(7), note: row.optionalText(8))
  }
}

extension Review {
  private static func signature(_ row: Row) -> ApprovalSignature? {
    guard let decided = row.optionalTime(11), let octets = row.optionalOctets(13) else { return nil }
    return ApprovalSignature(keyid: row.optionalText(12), octets: octets, decidedAt: decided)
  }

  fileprivate init(_ row: Row) throws(RecordsError) {
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
