// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Ingest
public import Records

extension SQLRecords {
  /// One entry.
  public func entry(_ id: EntryID) async throws(RecordsError) -> ListedEntry {
    try await read { (connection: Session) throws(RecordsError) in try connection.entry(id) }
  }

  /// Entries in order of number.
  public func entries(
    _ filter: EntryFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [ListedEntry] {
    try await read { (connection: Session) throws(RecordsError) in
      var condition = PageCondition(after: after, limit: limit)
      if let list = filter.list {
        condition.require("list = ?", .text(list.text))
      }
      if let state = filter.state {
        condition.require("state = ?", .text(state.rawValue))
      }
      if let time = filter.leaseEndsBefore {
        condition.require("lease_until < ?", .time(time))
      }
      if let texts = filter.covering?.coveringTexts {
        condition.require(Session.isOneOf("entry"), .texts(texts))
      }
      return try connection.entries(where: condition.text, condition.values)
    }
  }

  /// What happened to an entry.
  public func history(of entry: EntryID) async throws(RecordsError) -> [AuditEvent] {
    try await read { (connection: Session) throws(RecordsError) in
      _ = try connection.entry(entry)
      // The second term is the index's own.
      return try connection.events(
        where: "subject = ? AND \(Session.isEntrySubject) ORDER BY number", [.text(entry.text)])
    }
  }

  /// Takes a listed entry off.
  public func suspend(
    _ id: EntryID, reason: String, act: Act, answering: Answering<ListedEntry>?
  ) async throws(RecordsError) -> Recorded<ListedEntry> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.suspend(id, reason: reason, act: act)
      return try connection.entry(id)
    }
  }

  /// How many countries approved each together.
  public func countriesBehind(_ entries: [ListedEntry]) async throws(RecordsError) -> [EntryID: Int] {
    try await read { (connection: Session) throws(RecordsError) in try connection.countriesBehind(entries) }
  }

  /// What keeps entries off.
  public func obstacles(
    toUndoing version: ListVersion, of list: ListName, for entries: [EntryID]
  ) async throws(RecordsError) -> [EntryID: ReinstatementObstacle] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.obstacles(toUndoing: version, of: list, for: entries)
    }
  }

  /// Gives a listed entry a new lease.
  public func renew(
    _ id: EntryID, days: Int?, terms: RenewalTerms, approval: RenewalApproval?, act: Act,
    answering: Answering<ListedEntry>?
  ) async throws(RecordsError) -> Recorded<ListedEntry> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      let before = try connection.entry(id)
      guard before.state == .listed else { throw .refused(.wrongEntryState) }
      let submission = try connection.bareSubmission(before.submission)
      var seen = ReportMemory()
      // As in reviews: nobody confirms what they reported.
      if let person = act.principal,
        try connection.reporters(of: before.entry, on: submission, among: [person], &seen).contains(person)
      {
        throw .refused(.ownReport)
      }
      guard let lease = terms.lease.renewal(of: before.lease, at: act.at, days: days) else {
        throw .refused(.leaseRefused)
      }
      let approvals = try connection.approvalsTogether(behind: [before], &seen)[before.id] ?? []
      if let refusal = terms.refusal(of: before.entry, approvedBy: approvals) {
        throw .refused(.renewalRefused(refusal))
      }
      let keyid = try connection.keep(approval, renewing: before, at: act.at)
      try connection.run(
        "UPDATE entry SET lease_from = ?, lease_until = ? WHERE number = ?", .time(lease.from),
        .time(lease.until),
        .integer(id.number))
      try connection.raiseRevision(of: "list/\(before.list)")
      try connection.note(
        "entry-renewed", id.text,
        "lease-days=\(days ?? terms.lease.days) until=\(lease.endText)"
          + (keyid.map { " signed=\($0)" } ?? ""), act)
      return try connection.entry(id)
    }
  }

  /// Lapses every listed entry whose lease has ended.
  public func lapseEnded(list: ListName, act: Act) async throws(RecordsError) -> [ListedEntry] {
    try await decide { (connection: Session) throws(RecordsError) in
      let ended = try connection.entries(
        where: "list = ? AND state = 'listed' AND lease_until <= ? ORDER BY number",
        [.text(list.text), .time(act.at)])
      var lapsed: [ListedEntry] = []
      for entry in ended {
        try connection.change(entry.id, to: .lapsed, rule: "lease-ended", act: act)
        lapsed.append(try connection.entry(entry.id))
      }
      return lapsed
    }
  }
}
