// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import StrictJSON

/// A JSON object of a request, read strictly: no unknown member, each of its type, positions named (RFC 6901).
struct BodyMembers: Sendable {
  private let object: JSONObject
  private let pointer: String

  /// - Throws: `invalid-field` when `value` is not an object, `unknown-field` for a member not in `known`.
  init(_ value: JSONValue, at pointer: String = "", only known: [String]) throws(Problem) {
    guard let object = value.objectValue else {
      throw Problem(.invalidField, "An object is wanted.", extras: ["pointer": .string(pointer)])
    }
    for key in object.keys where !known.contains(key) {
      throw Problem(
        .unknownField, "There is no such field; known are \(known.joined(separator: ", ")).",
        extras: ["pointer": .string(pointer + "/" + String(key.prefix(64)))])
    }
    self.object = object
    self.pointer = pointer
  }

  func has(_ key: String) -> Bool { object[key].map { !$0.isNull } ?? false }

  /// - Throws: `invalid-field` for other lengths, control characters, and what changes the direction or nobody sees.
  func text(_ key: String, maximum: Int = 255, allowsLines: Bool = false) throws(Problem) -> String {
    guard let text = object[key]?.stringValue, (1...maximum).contains(text.utf8.count) else {
      throw refusal(key, "a text of 1 to \(maximum) octets is wanted")
    }
    guard let fault = TextFault(in: text, breaks: allowsLines ? ["\n"] : []) else { return text }
    let what =
      switch fault.kind {
      case .control: "a control character"
      case .invisible: "a character that changes the direction or that nobody sees"
      }
    throw refusal(key, "it holds \(what), \(fault.character), at \(fault.column)")
  }

  /// What people write for people. - Throws: as `text`, also for blanks and marks alone, and `embedded-content` for a file in disguise.
  func remark(_ key: String, maximum: Int, allowsLines: Bool = false) throws(Problem) -> String {
    let text = try words(key, maximum: maximum, allowsLines: allowsLines)
    guard Remark.saysSomething(text) else {
      throw refusal(key, "it says nothing: a letter or digit is wanted")
    }
    return text
  }

  /// As `remark`, but whether it says something is judged elsewhere.
  func words(_ key: String, maximum: Int, allowsLines: Bool = false) throws(Problem) -> String {
    let text = try text(key, maximum: maximum, allowsLines: allowsLines)
    guard let content = Remark.content(in: text) else { return text }
    throw Problem(
      .embeddedContent, "`\(key)` holds no content. \(content.detail)",
      extras: ["pointer": .string(pointer + "/" + key), "column": Render.number(content.column)])
  }

  func optionalRemark(_ key: String, maximum: Int) throws(Problem) -> String? {
    has(key) ? try remark(key, maximum: maximum) : nil
  }

  /// A PEM text, line feeds and all.
  func pem(_ key: String) throws(Problem) -> String {
    guard let text = object[key]?.stringValue, text.utf8.count <= 32_768 else {
      throw refusal(key, "PEM is wanted")
    }
    return text
  }

  func optionalText(_ key: String, maximum: Int = 255) throws(Problem) -> String? {
    has(key) ? try text(key, maximum: maximum) : nil
  }

  func integer(_ key: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64 {
    guard let number = object[key]?.integerValue, range.contains(number) else {
      throw refusal(key, "a whole number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
    return number
  }

  func optionalTime(_ key: String) throws(Problem) -> Date? {
    guard has(key) else { return nil }
    guard let time = object[key]?.stringValue.flatMap(RFC3339.parse) else {
      throw refusal(key, "a time like 2026-11-23T21:00:00Z is wanted")
    }
    return time
  }

  func array(_ key: String, maximum: Int) throws(Problem) -> [JSONValue] {
    guard let array = object[key]?.arrayValue else { throw refusal(key, "an array is wanted") }
    guard array.count <= maximum else {
      throw Problem(
        .tooManyItems, "At most \(maximum) are taken.", extras: ["pointer": .string(pointer + "/" + key)])
    }
    return array
  }

  func member(_ key: String, only known: [String]) throws(Problem) -> BodyMembers {
    try BodyMembers(object[key] ?? .null, at: pointer + "/" + key, only: known)
  }

  /// A value made of a text, in a form of its own.
  func parsed<Value>(
    _ key: String, _ wanted: String, maximum: Int = 255, _ parse: (String) -> Value?
  ) throws(Problem) -> Value {
    guard let value = parse(try text(key, maximum: maximum)) else { throw refusal(key, wanted) }
    return value
  }

  /// Answers by key, each true or false.
  func answers(_ key: String) throws(Problem) -> [String: Bool] {
    guard let object = object[key]?.objectValue, object.count <= 64 else {
      throw refusal(key, "an object of answers is wanted")
    }
    var answers: [String: Bool] = [:]
    for (name, value) in object.members {
      guard let answer = value.boolValue else { throw refusal(key + "/" + name, "true or false is wanted") }
      answers[name] = answer
    }
    return answers
  }

  func refusal(_ key: String, _ wanted: String) -> Problem {
    Problem(.invalidField, "`\(key)`: \(wanted).", extras: ["pointer": .string(pointer + "/" + key)])
  }
}
