// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Ingest
public import Names
public import Records

extension SQLRecords {
  /// How often what is guarded changed.
  public func guardRevision() async throws(RecordsError) -> Int64 {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.revision(of: Session.guards)
    }
  }

  /// The guarded names.
  public func guardedNames() async throws(RecordsError) -> [GuardEntry] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.rows("SELECT name, level, reason FROM guarded ORDER BY name") {
        (row: Row) throws(RecordsError) in
        GuardEntry(
          name: try row.name(0), level: try row.value(1) { GuardLevel(rawValue: $0) }, reason: row.text(2))
      }
    }
  }

  /// Guards names.
  public func guardNames(
    _ entries: [GuardEntry], act: Act, answering: Answering<Int>?
  ) async throws(RecordsError) -> Recorded<Int> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      let before = try connection.guardLevels()
      for entry in entries {
        try connection.run(
          """
          INSERT INTO guarded VALUES(?, ?, ?)
          ON CONFLICT(name) DO UPDATE SET level = excluded.level, reason = excluded.reason
          """, .text(entry.name.text), .text(entry.level.rawValue), .text(entry.reason))
      }
      try connection.guardsChanged()
      try connection.noteGuards(entries, before: before, act)
      return entries.count
    }
  }

  /// Stops guarding a name.
  public func unguard(
    _ name: DomainName, act: Act, answering: Answering<DomainName>?
  ) async throws(RecordsError) -> Recorded<DomainName> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      let level = try connection.first(
        "DELETE FROM guarded WHERE name = ? RETURNING level", .text(name.text)
      ) { (row: Row) throws(RecordsError) in try row.value(0) { GuardLevel(rawValue: $0) } }
      guard let level else { throw .refused(.notFound(.guardedName)) }
      try connection.guardsChanged()
      try connection.note(
        "name-unguarded", "guard", "\(level.rawValue)=1", act, reason: "\(name) \(level.rawValue)")
      return name
    }
  }

  /// Takes a receipt.
  public func addReceipt(
    _ receipt: Receipt, answering: Answering<Receipt>?
  ) async throws(RecordsError) -> Recorded<Receipt> {
    try await mutate(answering, at: receipt.at, whileAdding: .small) {
      (connection: Session) throws(RecordsError) in
      try connection.run(
        """
        INSERT INTO receipt VALUES(?, ?, ?, ?)
        ON CONFLICT(list, reader) DO UPDATE SET version = excluded.version, at = excluded.at
        """, .text(receipt.list.text),
        .text(receipt.reader.text),
        .integer(receipt.version.number), .time(receipt.at))
      let act = Act(by: receipt.reader, at: receipt.at)
      try connection.note("receipt-taken", "\(receipt.list)/\(receipt.version)", "reader-runs-version", act)
      return receipt
    }
  }

  /// The latest receipt of each reader.
  public func receipts(list: ListName) async throws(RecordsError) -> [Receipt] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.rows(
        "SELECT reader, version, at FROM receipt WHERE list = ? ORDER BY reader", [.text(list.text)]
      ) { (row: Row) throws(RecordsError) in
        Receipt(
          list: list, reader: try row.value(0) { PrincipalID($0) },
          version: try row.version(1),
          at: row.time(2))
      }
    }
  }

  /// Takes a hold.
  public func addHold(_ hold: Hold, answering: Answering<Hold>?) async throws(RecordsError) -> Recorded<Hold>
  {
    try await mutate(answering, at: hold.at, whileAdding: .small) {
      (connection: Session) throws(RecordsError) in
      try connection.run(
        "INSERT INTO hold(list, reader, version, reason, at) VALUES(?, ?, ?, ?, ?)", .text(hold.list.text),
        .text(hold.reader.text), .integer(hold.version.number), .text(hold.reason), .time(hold.at))
      let act = Act(by: hold.reader, at: hold.at)
      try connection.note("hold-taken", "\(hold.list)/\(hold.version)", "reader-holds-version", act)
      return hold
    }
  }

  /// The holds, newest first.
  public func holds(list: ListName, limit: Int) async throws(RecordsError) -> [Hold] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.rows(
        "SELECT reader, version, reason, at, lifted_at FROM hold WHERE list = ? ORDER BY number DESC LIMIT ?",
        [.text(list.text), .integer(limit)]
      ) { (row: Row) throws(RecordsError) in
        Hold(
          list: list, reader: try row.value(0) { PrincipalID($0) },
          version: try row.version(1),
          reason: row.text(2), at: row.time(3), liftedAt: row.optionalTime(4))
      }
    }
  }

  /// Who holds.
  public func standingHolders(list: ListName) async throws(RecordsError) -> [PrincipalID] {
    try await read { (connection: Session) throws(RecordsError) in
      try connection.rows(
        "SELECT DISTINCT reader FROM hold WHERE list = ? AND lifted_at IS NULL ORDER BY reader",
        [.text(list.text)]
      ) { (row: Row) throws(RecordsError) in try row.value(0) { PrincipalID($0) } }
    }
  }

  /// Lifts the holds that stand.
  public func liftHolds(list: ListName, reason: String, act: Act, answering: Answering<Int>?)
    async throws(RecordsError) -> Recorded<Int>
  {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.run(
        "UPDATE hold SET lifted_at = ? WHERE list = ? AND lifted_at IS NULL", .time(act.at),
        .text(list.text))
      let count = Int(connection.changes)
      try connection.note(
        "holds-lifted", list.text, "publisher-lifts-holds count=\(count)", act, reason: reason)
      return count
    }
  }

  /// The answer kept under a key.
  public func answer(for key: IdempotencyKey) async throws(RecordsError) -> StoredAnswer? {
    try await read { (connection: Session) throws(RecordsError) in try connection.answer(for: key) }
  }

  /// Drops old answers.
  public func forgetAnswers(before time: Date) async throws(RecordsError) -> Int {
    try await decide { (connection: Session) throws(RecordsError) in
      try connection.run("DELETE FROM answer WHERE kept_at < ?", .time(time))
      let count = connection.changes
      if count > 0 {
        try connection.note(
          "answers-forgotten", "answers", "kept-long-enough count=\(count)", Act(by: nil, at: time))
      }
      return count
    }
  }

  /// Adds a line to the audit trail.
  public func note(action: String, subject: String, rule: String, act: Act) async throws(RecordsError) {
    try await add(.small) { (connection: Session) throws(RecordsError) in
      try connection.note(action, subject, rule, act)
    }
  }

  /// The audit trail. Waits for what is being written, so that no line of a lower number appears after a page was read.
  public func audit(after: Int64, limit: Int) async throws(RecordsError) -> [AuditEvent] {
    try await readSettled { (connection: Session) throws(RecordsError) in
      try connection.events(where: "number > ? ORDER BY number LIMIT ?", [.integer(after), .integer(limit)])
    }
  }
}
