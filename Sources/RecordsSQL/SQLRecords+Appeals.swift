// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest
internal import Names
public import Records

extension SQLRecords {
  /// Puts an appeal on record.
  public func addAppeal(_ appeal: NewAppeal) async throws(RecordsError) -> Appeal {
    try await add(.large) { (connection: Session) throws(RecordsError) in
      let number = try connection.inserted(
        """
        INSERT INTO appeal(id, secret_digest, name, statement, contact, received_at, state)
        VALUES(?, ?, ?, ?, ?, ?, 'received')
        """, .text(appeal.id.text), .blob(appeal.secretDigest), .text(appeal.name.text),
        .text(appeal.statement), .text(appeal.contact), .time(appeal.at))
      guard let number else { throw .fatal("an appeal vanished") }
      try connection.note("appeal-received", appeal.id.text, "public", Act(by: nil, at: appeal.at))
      return Appeal(
        number: number, id: appeal.id, secretDigest: appeal.secretDigest, name: appeal.name,
        statement: appeal.statement, contact: appeal.contact, receivedAt: appeal.at, state: .received,
        assignee: nil, entries: [], suspended: [], decision: nil, answer: nil, decidedAt: nil)
    }
  }

  /// One appeal.
  public func appeal(_ id: AppealCase) async throws(RecordsError) -> Appeal {
    try await read { (connection: Session) throws(RecordsError) in try connection.appeal(id) }
  }

  /// Appeals in order of arrival.
  public func appeals(
    _ filter: AppealFilter, after: Int64, limit: Int
  ) async throws(RecordsError) -> [Appeal] {
    try await read { (connection: Session) throws(RecordsError) in
      var condition = PageCondition(after: after, limit: limit)
      if let state = filter.state {
        condition.require("state = ?", .text(state.rawValue))
      }
      if let assignee = filter.assignee {
        condition.require("assignee = ?", .text(assignee.text))
      }
      return try connection.appeals(where: condition.text, condition.values)
    }
  }

  /// Gives an appeal to a reviewer.
  public func assignAppeal(
    _ id: AppealCase, among reviewers: [Principal], isNamed: Bool, act: Act,
    answering: Answering<AppealOutcome>?
  ) async throws(RecordsError) -> Recorded<AppealOutcome> {
    try await mutate(answering, at: act.at) { (connection: Session) throws(RecordsError) in
      try connection.assign(id, among: reviewers, isNamed: isNamed, act: act)
    }
  }

  /// The countries that may not decide an appeal.
  public func countriesBehind(_ id: AppealCase) async throws(RecordsError) -> Set<CountryCode> {
    try await read { (connection: Session) throws(RecordsError) in try connection.countriesBehind(id) }
  }

  /// What an officer is about to act on.
  public func prepareAppeal(
    _ id: AppealCase, for officer: Principal, deciding request: AppealDecisionRequest?
  ) async throws(RecordsError) -> AppealOutcome {
    try await decide { (connection: Session) throws(RecordsError) in
      try connection.prepare(id, for: officer, deciding: request)
    }
  }

  /// Decides an appeal.
  public func decideAppeal(
    _ request: AppealDecisionRequest, terms: ReinstatementTerms, answering: Answering<AppealOutcome>?
  ) async throws(RecordsError) -> Recorded<AppealOutcome> {
    try await mutate(answering, at: request.at) { (connection: Session) throws(RecordsError) in
      try connection.decide(request, terms: terms)
    }
  }

  /// How long decisions took.
  public func appealClock(since time: Date) async throws(RecordsError) -> AppealClock {
    try await read { (connection: Session) throws(RecordsError) in
      let took = try connection.rows(
        "SELECT decided_at - received_at FROM appeal WHERE decided_at >= ?", [.time(time)]
      ) { $0.integer(0) }
      let open = try connection.first("SELECT count(*) FROM appeal WHERE state IN ('received', 'assigned')") {
        $0.integer(0)
      }
      return AppealClock(took: took, open: Int(open ?? 0))
    }
  }
}
