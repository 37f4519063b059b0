// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials

/// The body of `POST /v1/submissions`, taken apart: what parsed and what did not, in the order sent.
public struct SubmissionBody: Hashable, Sendable {
  /// How it is written.
  public enum Format: String, CaseIterable, Hashable, Sendable {
    /// One object with `items`.
    case json = "application/json"
    /// One URL a line; blank lines and lines beginning with `#` are skipped.
    case text = "text/plain"
    /// RFC 4180, with a header row.
    case csv = "text/csv"
  }

  /// What becomes of a batch in which an item is refused.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// Nothing is stored: the default.
    case allOrNothing = "all-or-nothing"
    /// Each item stands for itself.
    case each
  }

  /// The list named inside the body (JSON only).
  public var list: ListName?
  /// The mode named inside the body (JSON only).
  public var mode: Mode?
  /// Each item or its refusal, in the order sent.
  public var items: [Result<ParsedItem, ItemRefusal>]

  /// The most items in a request.
  public static let maximumItems = 100_000

  /// Takes `octets` apart.
  ///
  /// - Parameter caseReference: Given to every item that brings none (the query parameter of text bodies).
  /// - Parameter now: Against which a future `seen_at` is refused.
  /// - Throws: When the body as a whole cannot be read: see `SubmissionBodyError`.
  public init(
    parsing octets: [UInt8], format: Format, caseReference: String? = nil, now: Date,
    maximumItems: Int = SubmissionBody.maximumItems
  ) throws(SubmissionBodyError) {
    if let caseReference {
      var probe = ParsedItem(line: 1, url: "")
      do throws(FieldFault) {
        try probe.set(.caseReference, to: caseReference, now: now)
      } catch {
        throw SubmissionBodyError(.malformedRequest, column: error.column, detail: error.detail)
      }
    }
    guard String(validating: octets, as: UTF8.self) != nil else {
      throw SubmissionBodyError(.invalidUTF8, detail: "The body is not UTF-8.")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = octets.starts(with: mark) ? octets.dropFirst(3) : octets[...]
    switch format {
    case .json:
      self = try Self.json(octets, caseReference: caseReference, now: now, maximumItems: maximumItems)
    case .text:
      let items = try Self.text(content, caseReference: caseReference, now: now, maximumItems: maximumItems)
      self.init(list: nil, mode: nil, items: items)
    case .csv:
      let items = try Self.csv(content, caseReference: caseReference, now: now, maximumItems: maximumItems)
      self.init(list: nil, mode: nil, items: items)
    }
    guard !items.isEmpty else { throw SubmissionBodyError(.empty, detail: "There is no item.") }
  }

  init(list: ListName?, mode: Mode?, items: [Result<ParsedItem, ItemRefusal>]) {
    self.list = list
    self.mode = mode
    self.items = items
  }
}

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
}
