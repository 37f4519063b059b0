// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a submitter says on the criteria, item by item, as much as they know. It helps reviewers, and is never a review.
///
/// Kept as its one spelling, for there may be 100,000 of them: `interpol-baseline/1 real_child=yes severe=no`, in order of key.
public struct ReportedAnswers: Hashable, Sendable {
  /// The most answers.
  public static let most = 64
  /// The longest key, in octets.
  static let keyOctets = 64

  /// The spelling.
  public let text: String

  /// Answers to `criteria`; nil without one, with more than `most`, or for a key that is not lower-case letters, digits and `_`.
  public init?(_ criteria: CriteriaVersion, _ answers: [String: Bool]) {
    guard (1...Self.most).contains(answers.count), answers.keys.allSatisfy(Self.isKey) else { return nil }
    let words = answers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value ? "yes" : "no")" }
    text = ([criteria.description] + words).joined(separator: " ")
  }

  /// The answers that `text` spells; nil for anything but the one spelling.
  public init?(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard let criteria = words.first.flatMap({ CriteriaVersion($0) }) else { return nil }
    var answers: [String: Bool] = [:]
    for word in words.dropFirst() {
      let parts = word.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let answer = Self.answer(parts[1]) else { return nil }
      answers[String(parts[0])] = answer
    }
    self.init(criteria, answers)
    guard self.text == text else { return nil }
  }

  /// Which criteria they answer.
  public var criteria: CriteriaVersion? { text.split(separator: " ").first.flatMap { CriteriaVersion($0) } }

  /// The answers by item key, in order of key.
  public var answers: [(key: String, answer: Bool)] {
    text.split(separator: " ").dropFirst().map { word in
      let parts = word.split(separator: "=")
      return (String(parts[0]), parts.last == "yes")
    }
  }

  /// Why they are no answers to `other`; nil when they are.
  func fault(against other: Criteria) -> (rule: FieldRule, detail: String)? {
    guard let criteria, criteria == other.designation else {
      return (.criteriaNotInForce, "The criteria in force for this list are \(other.id)/\(other.version).")
    }
    let known = Set(other.items.map(\.key))
    guard let unknown = answers.first(where: { !known.contains($0.key) }) else { return nil }
    let words = other.items.map(\.key).joined(separator: ", ")
    return (.unknownCriterion, "\(criteria) asks for \(words); not for \(unknown.key).")
  }

  static func isKey(_ key: String) -> Bool {
    (1...keyOctets).contains(key.utf8.count)
      && key.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
      }
  }

  /// Yes or no, as a spreadsheet may have it.
  static func answer(_ text: some StringProtocol) -> Bool? {
    switch text.lowercased() {
    case "yes", "true": true
    case "no", "false": false
    default: nil
    }
  }
}
