// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
private import Names
private import StrictJSON

/// The fields of an item and what each may hold.
enum ItemField: String, CaseIterable {
  case url
  case caseReference = "case_reference"
  case evidence = "evidence_sha256"
  case seenAt = "seen_at"
  case scope
  case note
  case criteria

  /// The most characters; nil for what is judged as a whole.
  var limit: Int? {
    switch self {
    case .url: 4096
    case .caseReference: 128
    case .evidence: 64
    case .seenAt: 32
    case .scope: 256
    case .note: 500
    // One spelling, of a handle and a number: see `CriteriaVersion`.
    case .criteria: nil
    }
  }
}

/// A rule broken inside a field: where in it, from 1, and in words.
struct FieldFault: Error {
  let rule: FieldRule
  var column = 1
  let detail: String
}

extension ParsedItem {
  /// 1990-01-01: a year before it is a slip.
  private static let earliestSeen = Date(timeIntervalSince1970: 631_152_000)

  /// Puts `text` into `field`, when the field may hold it.
  mutating func set(_ field: ItemField, to text: String, now: Date) throws(FieldFault) {
    try Self.checkForm(text, of: field)
    switch field {
    case .url: url = text
    case .caseReference: caseReference = text
    case .note: note = text
    case .evidence:
      guard let digest = EvidenceDigest(text) else {
        throw FieldFault(rule: .invalidDigest, detail: "Evidence is a SHA-256 in 64 hexadecimal digits.")
      }
      evidence = digest
    case .seenAt:
      guard let time = RFC3339.parse(text) else {
        throw FieldFault(rule: .invalidTime, detail: "A time is written in UTC: 2026-11-20T08:00:00Z.")
      }
      guard time <= now.addingTimeInterval(300) else {
        throw FieldFault(rule: .invalidTime, detail: "This time is not past yet.")
      }
      guard time >= Self.earliestSeen else {
        throw FieldFault(rule: .invalidTime, detail: "Nothing was seen online before 1990.")
      }
      seenAt = time
    // Given as a whole, with its answers: see `setAnswers`.
    case .criteria: break
    case .scope:
      guard let choice = ScopeChoice(text) else {
        throw FieldFault(rule: .invalidScope, detail: "A scope is subtree, host, registrable or an entry.")
      }
      scope = choice
    }
  }

  /// Puts what the submitter says on the criteria named by `criteria`.
  mutating func setAnswers(_ criteria: String?, _ given: [(key: String, answer: Bool?)]) throws(FieldFault) {
    guard let named = criteria.flatMap({ CriteriaVersion($0) }) else {
      throw FieldFault(
        rule: .invalidAnswer,
        detail: "criteria names what is answered, and in which version: interpol-baseline/1.")
    }
    var known: [String: Bool] = [:]
    for (key, answer) in given {
      guard let answer else {
        throw FieldFault(rule: .invalidAnswer, detail: "The answer to \(key.prefix(40)) is yes or no.")
      }
      known[key] = answer
    }
    guard let answers = ReportedAnswers(named, known) else {
      throw FieldFault(
        rule: .invalidAnswer,
        detail: "criteria comes with 1 to \(ReportedAnswers.most) answers, by their keys.")
    }
    self.answers = answers
  }

  private static func checkForm(_ text: String, of field: ItemField) throws(FieldFault) {
    if let limit = field.limit, text.utf8.count > limit, text.unicodeScalars.count > limit {
      throw FieldFault(
        rule: .fieldTooLong, column: limit + 1, detail: "\(field.rawValue) holds at most \(limit) characters."
      )
    }
    // What stands in an address is judged with the address, by the rules that `cordon names` has too.
    if field == .url { return }
    try checkCharacters(text, of: field)
    if field == .note || field == .caseReference, let content = EmbeddedContent.finding(in: text) {
      throw FieldFault(
        rule: .embeddedContent, column: content.column,
        detail: "\(field.rawValue) holds no content. \(content.detail)")
    }
  }

  private static func checkCharacters(_ text: String, of field: ItemField) throws(FieldFault) {
    guard let fault = TextFault(in: text, breaks: field == .note ? ["\n", "\r", "\t"] : []) else { return }
    switch fault.kind {
    case .control:
      throw FieldFault(
        rule: .controlCharacter, column: fault.column,
        detail: "\(field.rawValue) holds no control characters.")
    case .invisible:
      throw FieldFault(
        rule: .invisibleCharacter, column: fault.column,
        detail: "\(field.rawValue) holds no characters that change the direction or that nobody sees.")
    }
  }
}
