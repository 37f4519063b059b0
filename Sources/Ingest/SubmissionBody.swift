// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials

/// The body of `POST /v1/submissions`, taken apart item by item: a long batch never stands in memory as items.
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

  /// What parts the fields of a CSV row.
  public enum Separator: String, CaseIterable, Hashable, Sendable {
    /// As RFC 4180 has it: the default.
    case comma
    /// As spreadsheets write it where a comma parts decimals.
    case semicolon
    /// As spreadsheets put rows on the clipboard.
    case tab

    var octet: UInt8 {
      switch self {
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: UInt8(ascii: "\t")
      }
    }
  }

  /// What holds for every item.
  public struct Terms: Sendable {
    /// How the body is written.
    public var format: Format
    /// What parts the fields of a CSV row.
    public var separator: Separator = .comma
    /// Given to every item that brings none.
    public var caseReference: String?
    /// Against which a future `seen_at` is refused.
    public var now: Date
    /// The most items.
    public var maximumItems: Int = SubmissionBody.maximumItems

    /// The terms with what is usual.
    public init(format: Format, now: Date) {
      self.format = format
      self.now = now
    }
  }

  /// The list named inside the body (JSON only).
  public var list: ListName?
  /// The mode named inside the body (JSON only).
  public var mode: Mode?

  /// The most items in a request.
  public static let maximumItems = 100_000

  /// The most octets of one item, quoting and escapes included; of a line that is none, too.
  public static let itemOctets = 1 << 16

  /// Takes `octets` apart, and gives each item or its refusal to `item` in the order sent.
  ///
  /// - Throws: When the body as a whole cannot be read: see `SubmissionBodyError`. Items given before that do not count.
  public init(
    parsing octets: [UInt8], _ terms: Terms, item: (Result<ParsedItem, ItemRefusal>) -> Void
  ) throws(SubmissionBodyError) {
    try self.init(pieces: ArrayPieces(octets, of: 1 << 16), terms, item: item)
  }

  /// Takes a body apart piece by piece, and gives each item or its refusal to `item` in the order sent. Of the body, the last piece
  /// and one item are in memory.
  ///
  /// - Throws: When the body as a whole cannot be read: see `SubmissionBodyError`. Items given before that do not count.
  public init(
    pieces: any IteratorProtocol<[UInt8]>, _ terms: Terms, item: (Result<ParsedItem, ItemRefusal>) -> Void
  ) throws(SubmissionBodyError) {
    try Self.check(terms)
    var count = 0
    let take = { (result: Result<ParsedItem, ItemRefusal>, line: Int) throws(SubmissionBodyError) in
      guard count < terms.maximumItems else { throw .tooMany(terms.maximumItems, line: line) }
      count += 1
      item(result)
    }
    let window = try BodyWindow(pieces, skipsMark: terms.format != .json)
    switch terms.format {
    case .json: self = try Self.json(window, terms, take)
    case .text: try Self.text(window, terms, take)
    case .csv: try Self.csv(window, terms, take)
    }
    guard count > 0 else { throw SubmissionBodyError(.empty, detail: "There is no item.") }
  }

  init() {}

  /// Takes one item and the line it stands in.
  typealias Take = (Result<ParsedItem, ItemRefusal>, Int) throws(SubmissionBodyError) -> Void

  private static func check(_ terms: Terms) throws(SubmissionBodyError) {
    guard let caseReference = terms.caseReference else { return }
    var probe = ParsedItem(line: 1, url: "")
    do throws(FieldFault) {
      try probe.set(.caseReference, to: caseReference, now: terms.now)
    } catch {
      throw SubmissionBodyError(.malformedRequest, column: error.column, detail: error.detail)
    }
  }
}
