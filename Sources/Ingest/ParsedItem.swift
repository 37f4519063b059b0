// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// One item of a submission as sent, its fields checked in form; the URL is not yet understood.
public struct ParsedItem: Hashable, Sendable {
  /// Where it stands: the line of a text or CSV body, the position in a JSON array; from 1.
  public var line: Int
  /// Where the URL begins in its line, in characters from 1; 1 in JSON.
  public var column: Int
  /// The URL or bare domain, as sent.
  public var url: String
  /// The police's own reference.
  public var caseReference: String?
  /// SHA-256 of the evidence the police hold.
  public var evidence: EvidenceDigest?
  /// When the material was seen online.
  public var seenAt: Date?
  /// The suggested scope.
  public var scope: ScopeChoice?
  /// A remark for reviewers, never shown to providers.
  public var note: String?
  /// What the submitter says on the criteria.
  public var answers: ReportedAnswers?

  /// An item with no more than its URL.
  public init(line: Int, column: Int = 1, url: String) {
    self.line = line
    self.column = column
    self.url = url
  }
}

/// Why one item of a submission is refused, and where.
public struct ItemRefusal: Error, Hashable, Sendable {
  /// Where it stands: the line of a text or CSV body, the position in a JSON array; from 1.
  public let line: Int
  /// Where in the line, in characters from 1. In JSON: where in the field's text.
  public let column: Int
  /// The field.
  public let field: String
  /// The rule broken, in kebab case: a `NameRule`, a `FieldRule`, a `ScopeRefusal` or a `GuardRefusal` by raw value.
  public let rule: String
  /// One sentence for the submitter. It may quote what they sent, so it does not belong in logs.
  public let detail: String

  /// A refusal of these particulars.
  public init(line: Int, column: Int, field: String, rule: String, detail: String) {
    self.line = line
    self.column = column
    self.field = field
    self.rule = rule
    self.detail = detail
  }
}

/// The rules on fields other than the name itself; the raw value is the stable public word.
public enum FieldRule: String, CaseIterable, Hashable, Sendable {
  /// A field that must be there is not.
  case missingField = "missing-field"
  /// A field that no item has.
  case unknownField = "unknown-field"
  /// A value of the wrong JSON type.
  case wrongType = "wrong-type"
  /// More fields in a CSV row than the header names.
  case tooManyFields = "too-many-fields"
  /// Longer than the field allows.
  case fieldTooLong = "field-too-long"
  /// Control characters in a field.
  case controlCharacter = "control-character"
  /// A direction mark or a character that nobody sees, in a field.
  case invisibleCharacter = "invisible-character"
  /// Content rather than a reference: a `data:` URL, a base64 blob.
  case embeddedContent = "embedded-content"
  /// Evidence that is not 64 hexadecimal digits.
  case invalidDigest = "invalid-digest"
  /// A time that is not RFC 3339 in UTC, or lies in the future.
  case invalidTime = "invalid-time"
  /// A scope that is not one of the words or an entry.
  case invalidScope = "invalid-scope"
  /// An answer to a criterion that is neither yes nor no, or criteria not named as `interpol-baseline/1`.
  case invalidAnswer = "invalid-answer"
  /// Answers to other criteria than those in force for the list.
  case criteriaNotInForce = "criteria-not-in-force"
  /// An answer to what the criteria do not ask.
  case unknownCriterion = "unknown-criterion"
  /// A CSV field with a quotation mark where none may stand.
  case strayQuote = "stray-quote"
}
