// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import StrictJSON

/// A query parameter of a route, checked before the handler sees it.
struct QueryParameter: Sendable {
  enum Form: Sendable {
    case integer(ClosedRange<Int64>)
    case flag
    case choice([String])
    case text(maximumOctets: Int)
  }

  let name: String
  let form: Form
  let isRequired: Bool
  let meaning: String

  init(_ name: String, _ form: Form, required: Bool = false, _ meaning: String) {
    self.name = name
    self.form = form
    self.isRequired = required
    self.meaning = meaning
  }

  /// Why `value` is not in form; nil when it is.
  func objection(to value: String) -> String? {
    switch form {
    case .integer(let range):
      guard let number = Self.integer(value), range.contains(number) else {
        return "a whole number from \(range.lowerBound) to \(range.upperBound) is wanted"
      }
    case .flag:
      guard value == "true" || value == "false" else { return "`true` or `false` is wanted" }
    case .choice(let words):
      guard words.contains(value) else { return "one of \(words.joined(separator: ", ")) is wanted" }
    case .text(let maximum):
      guard (1...maximum).contains(value.utf8.count) else { return "1 to \(maximum) octets are wanted" }
    }
    return nil
  }

  /// Decimal digits alone: no sign, no blank, no leading zero.
  static func integer(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    guard text == "0" || text.utf8.first != 0x30 else { return nil }
    return Int64(text)
  }

  /// The parameters of `request`, each known, given once and in form.
  ///
  /// - Throws: A problem that names the parameter.
  static func read(_ request: HTTPRequest, known: [QueryParameter]) throws(Problem) -> [String: String] {
    let items: [(name: String, value: String)]
    do { items = try request.queryItems } catch {
      throw Problem(.invalidPath, "The query's percent-encoding is broken.")
    }
    var values: [String: String] = [:]
    for item in items {
      guard let parameter = known.first(where: { $0.name == item.name }) else {
        throw Problem(
          .unknownParameter, "There is no parameter `\(item.name.prefix(64))` here.",
          extras: [
            "parameter": .string(String(item.name.prefix(64))),
            "known": .array(known.map { .string($0.name) }),
          ])
      }
      guard values[item.name] == nil else {
        throw Problem(
          .duplicateParameter, "`\(item.name)` is given twice.", extras: ["parameter": .string(item.name)])
      }
      if let objection = parameter.objection(to: item.value) {
        throw Problem(
          .invalidParameter, "`\(item.name)`: \(objection).", extras: ["parameter": .string(item.name)])
      }
      values[item.name] = item.value
    }
    for parameter in known where parameter.isRequired && values[parameter.name] == nil {
      throw Problem(
        .missingParameter, "`\(parameter.name)` is needed: \(parameter.meaning).",
        extras: ["parameter": .string(parameter.name)])
    }
    return values
  }
}
