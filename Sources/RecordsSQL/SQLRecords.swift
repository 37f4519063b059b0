// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
public import Records

/// How much a transaction adds.
public enum Addition: Sendable {
  /// So little that it may share a transaction with others.
  case small
  /// So much that others shall not wait for it.
  case large
}

/// A registry in an SQL database. What it does is written once, in extensions of this; a store says how it reads and writes.
public protocol SQLRecords: Records {
  associatedtype Session: SQLSession
  typealias Row = Session.Row

  /// Reads one moment.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Session) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value
  /// Reads one moment at which nothing is half written: no line of a lower number appears after it.
  func readSettled<Value: Sendable>(
    _ body: @escaping @Sendable (Session) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value
  /// Changes what others may be adding to; returns when it is durable.
  func decide<Value: Sendable>(
    _ body: @escaping @Sendable (Session) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value
  /// Adds, while no decision is being made; returns when it is durable.
  func add<Value: Sendable>(
    _ addition: Addition, _ body: @escaping @Sendable (Session) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value
}

extension SQLRecords {
  /// One transaction: the change, and the answer kept under the key; or the answer kept before. Two requests with one key
  /// at once collide on the key, and the later one finds the answer.
  func mutate<Outcome: Sendable>(
    _ answering: Answering<Outcome>?, at now: Date, whileAdding addition: Addition? = nil,
    _ change: @escaping @Sendable (Session) throws(RecordsError) -> Outcome
  ) async throws(RecordsError) -> Recorded<Outcome> {
    let body = { @Sendable (session: Session) throws(RecordsError) -> Recorded<Outcome> in
      guard let answering else { return .done(try change(session), answer: nil) }
      if let kept = try session.answer(for: answering.key) { return .replayed(kept) }
      let outcome = try change(session)
      let answer = answering.answer(outcome)
      if let answer { try session.keep(answer, for: answering.key, at: now) }
      return .done(outcome, answer: answer)
    }
    guard let addition else { return try await decide(body) }
    return try await add(addition, body)
  }
}
