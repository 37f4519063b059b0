// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Records

extension SQLSession {
  func approvalMark() throws(RecordsError) -> Int64 {
    try first("SELECT coalesce(max(number), 0) FROM approval") { $0.integer(0) } ?? 0
  }

  /// Puts an approval that counts on record, for releases to carry.
  func keep(
    _ approval: SignedApproval, keyid: String, of entry: EntryID, on list: ListName, at now: Date
  ) throws(RecordsError) {
    try run(
      """
      INSERT INTO approval(list, entry, entry_number, agency, criteria_id, criteria_version, submitted_at, decided_at,
        keyid, signature, at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, .text(list.text), .text(approval.entry.text), .integer(entry.number), .text(approval.agency.text),
      .text(approval.criteria.id), .integer(approval.criteria.version), .time(approval.submittedAt),
      .time(approval.decidedAt), .text(keyid), .blob(approval.signature), .time(now))
  }

  /// Judges and keeps what came with a renewal; the key that signed.
  func keep(
    _ renewal: RenewalApproval?, renewing entry: ListedEntry, at now: Date
  ) throws(RecordsError) -> String? {
    guard let renewal else { return nil }
    let submitted = try bareSubmission(entry.submission).createdAt
    let who = renewal.reviewer
    let judged = renewal.signing.key(
      of: renewal.signature, by: who.agency, among: try agencyKeys(), now: now
    ) { decided in
      ApprovalStatement(
        list: entry.list, entry: entry.entry, criteria: renewal.criteria, submittedAt: submitted,
        decidedAt: decided, agency: who.agency, country: who.country)
    }
    switch judged {
    case .failure(let refusal): throw .refused(.signatureRefused(refusal))
    case .success(let key):
      let approval = SignedApproval(
        entry: entry.entry, criteria: renewal.criteria, submittedAt: submitted,
        decidedAt: renewal.signature.decidedAt, agency: who.agency, signature: renewal.signature.octets)
      guard let approval else { throw .refused(.signatureRefused(.invalid)) }
      try keep(approval, keyid: key.keyid, of: entry.id, on: entry.list, at: now)
      return key.keyid
    }
  }

  func approvals(
    of list: ListName, through mark: Int64, of entries: [BlocklistEntry]?
  ) throws(RecordsError) -> [SignedApproval] {
    let base = """
      a.list = ? AND a.number <= ? AND a.entry_number = (SELECT max(b.entry_number) FROM approval b
        WHERE b.list = a.list AND b.entry = a.entry AND b.number <= ?)
      """
    let values: [SQLValue] = [.text(list.text), .integer(mark), .integer(mark)]
    if let entries {
      let condition = base + " AND " + Self.isOneOf("a.entry")
      return try approvals(where: condition, values + [.texts(entries.map(\.text))])
    }
    return try approvals(where: base, values)
  }

  func approvedEntries(
    of list: ListName, after: Int64, through mark: Int64
  ) throws(RecordsError) -> [BlocklistEntry] {
    let sql = """
      SELECT DISTINCT entry FROM approval WHERE list = ? AND number > ? AND number <= ? ORDER BY entry
      """
    return try rows(sql, [.text(list.text), .integer(after), .integer(mark)]) {
      (row: Row) throws(RecordsError) in try row.entry(0)
    }
  }

  private func approvals(where condition: String, _ values: [SQLValue]) throws(RecordsError)
    -> [SignedApproval]
  {
    let sql = """
      SELECT a.entry, a.criteria_id, a.criteria_version, a.submitted_at, a.decided_at, a.agency, a.signature
      FROM approval a WHERE \(condition)
      """
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      let criteria = CriteriaVersion(id: row.text(1), version: Int(row.integer(2)))
      guard let criteria else { throw .fatal("a stored criteria version cannot be read") }
      let approval = SignedApproval(
        entry: try row.entry(0), criteria: criteria, submittedAt: row.time(3), decidedAt: row.time(4),
        agency: try row.value(5) { AgencyID($0) }, signature: row.octets(6))
      guard let approval else { throw .fatal("a stored signature cannot be read") }
      return approval
    }
  }
}
