// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Ingest
public import Records

/// One connection to a store's database. What both databases understand alike is written once, in extensions of this; the
/// requirements are what each says in its own way.
///
/// In a statement `?` stands for the next value, `?1` for the first, whichever database it is; one statement uses one way.
public protocol SQLSession: AnyObject {
  associatedtype Row: SQLRow

  /// Rows changed by the last statement.
  var changes: Int { get }

  /// The condition that `column` is one of the elements of one value, `SQLValue.texts` or `SQLValue.integers`.
  static func isOneOf(_ column: String) -> String
  /// The condition that an audit line's subject is an entry, as the index on such lines has it.
  static var isEntrySubject: String { get }

  /// Runs statements without values or rows.
  func execute(_ sql: String) throws(RecordsError)
  /// The rows of a query, read by `read`, which must not use the session.
  func rows<Value>(
    _ sql: String, _ values: [SQLValue], _ read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> [Value]

  /// Stores the items of a batch in their order.
  func store<Outcome>(_ batch: SubmissionBatch<Outcome>) throws(RecordsError) -> Outcome
  /// The listed entry whose lease runs that blocks all that `entry` would, the one closest to it.
  func listedEntry(
    blocking entry: BlocklistEntry, list: ListName, at now: SQLValue
  ) throws(RecordsError) -> ListedEntry?
  /// A line for each entry listed whose lease runs, in order of octets.
  func liveText(of list: ListName, at now: SQLValue) throws(RecordsError) -> [UInt8]
  /// Opens and closes the listings that a draft adds and removes.
  func move(_ draft: ReleaseDraft, to version: ListVersion) throws(RecordsError)
  /// What a version held, as the octets it is served as: at a million entries, a value for each would cost more than the list.
  func publishedText(of list: ListName, version: ListVersion) throws(RecordsError) -> [UInt8]
  /// For each version after `from` up to `to` what it changed, as lines that begin with `-` and `+`.
  func stepTexts(of list: ListName, from: ListVersion, to: ListVersion) throws(RecordsError) -> [[UInt8]]
  /// Leaves out numbers of every table but the audit trail's, so that a number lost with a release is never given again.
  func skipNumbers() throws(RecordsError)
  /// Tells every other process, once this is committed, to read again what is published and who may come in.
  func notify() throws(RecordsError)
}

extension SQLSession {
  /// Runs one statement.
  package func run(_ sql: String, _ values: SQLValue...) throws(RecordsError) {
    _ = try rows(sql, values) { (_: Row) throws(RecordsError) in }
  }

  /// The first row of a query, read by `read`.
  package func first<Value>(
    _ sql: String, _ values: SQLValue..., read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> Value? {
    try rows(sql, values, read).first
  }

  /// The rows of a query without values.
  package func rows<Value>(
    _ sql: String, _ read: (Row) throws(RecordsError) -> Value
  ) throws(RecordsError) -> [Value] {
    try rows(sql, [], read)
  }

  /// Runs an insertion that returns the number of its row; nil when it inserted none.
  package func inserted(_ sql: String, _ values: SQLValue...) throws(RecordsError) -> Int64? {
    try rows(sql + " RETURNING number", values) { $0.integer(0) }.first
  }
}
