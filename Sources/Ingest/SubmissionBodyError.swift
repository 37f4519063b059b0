// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a submission's body cannot be read at all.
public struct SubmissionBodyError: Error, Hashable, Sendable {
  /// What is wrong; the raw value is the problem type.
  public enum Rule: String, CaseIterable, Hashable, Sendable {
    /// Not valid UTF-8.
    case invalidUTF8 = "invalid-utf-8"
    /// Not JSON by RFC 8259, or not the object wanted.
    case malformedJSON = "malformed-json"
    /// JSON members that the request does not have, or of the wrong type.
    case malformedRequest = "malformed-request"
    /// A CSV header that is missing, repeats a name or holds one that is unknown.
    case malformedHeader = "malformed-csv-header"
    /// A quoted CSV field that never ends.
    case unterminatedQuote = "unterminated-quote"
    /// No item at all.
    case empty = "empty-submission"
    /// An item longer than any of its fields allow.
    case itemTooLong = "item-too-long"
    /// More items than allowed.
    case tooManyItems = "too-many-items"
  }

  /// What is wrong.
  public let rule: Rule
  /// The line, from 1.
  public let line: Int
  /// The column, from 1.
  public let column: Int
  /// One sentence for the submitter.
  public let detail: String

  /// The problem type: the rule's raw value.
  public var problemType: String { rule.rawValue }
  /// A short heading of the problem.
  public var title: String { "The submission cannot be read" }

  init(_ rule: Rule, line: Int = 1, column: Int = 1, detail: String) {
    self.rule = rule
    self.line = line
    self.column = column
    self.detail = detail
  }

  static func itemTooLong(line: Int, column: Int) -> SubmissionBodyError {
    SubmissionBodyError(
      .itemTooLong, line: line, column: column,
      detail: "An item or line has at most \(SubmissionBody.itemOctets) octets; is a quotation mark missing?")
  }

  static func tooMany(_ limit: Int, line: Int) -> SubmissionBodyError {
    SubmissionBodyError(.tooManyItems, line: line, detail: "A request holds at most \(limit) items.")
  }
}
