// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// One object of the configuration, its keys taken one by one; what is left at the end is an error.
struct ConfigurationKeys {
  private var object: JSONObject
  private let path: String
  private var known: [String] = []

  init(_ value: JSONValue, at path: String) throws(ConfigurationError) {
    guard let object = value.objectValue else {
      throw ConfigurationError(path.isEmpty ? "an object is wanted" : "\(path): an object is wanted")
    }
    self.object = object
    self.path = path
  }

  /// The keys not taken yet.
  var names: [String] { object.keys }

  mutating func text(_ key: String, or standard: String) throws(ConfigurationError) -> String {
    guard let value = take(key) else { return standard }
    guard let text = value.stringValue, !text.isEmpty else { throw wrong(key, "a text is wanted") }
    return text
  }

  mutating func texts(_ key: String) throws(ConfigurationError) -> [String] {
    guard let value = take(key) else { return [] }
    guard let array = value.arrayValue else { throw wrong(key, "an array of texts is wanted") }
    let texts = array.compactMap(\.stringValue)
    guard texts.count == array.count else { throw wrong(key, "an array of texts is wanted") }
    return texts
  }

  mutating func integer(
    _ key: String, in range: ClosedRange<Int>, or standard: Int
  ) throws(ConfigurationError) -> Int {
    guard let value = take(key) else { return standard }
    guard let number = value.integerValue.flatMap({ Int(exactly: $0) }), range.contains(number) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound) is wanted")
    }
    return number
  }

  mutating func flag(_ key: String, or standard: Bool) throws(ConfigurationError) -> Bool {
    guard let value = take(key) else { return standard }
    guard let flag = value.boolValue else { throw wrong(key, "true or false is wanted") }
    return flag
  }

  /// One of the words that `Choice` has.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, or standard: Choice
  ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
    guard let value = take(key) else { return standard }
    guard let choice = value.stringValue.flatMap(Choice.init) else {
      let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
      throw wrong(key, "\(words) is wanted")
    }
    return choice
  }

  mutating func section(_ key: String) throws(ConfigurationError) -> ConfigurationKeys {
    try ConfigurationKeys(take(key) ?? .object([:]), at: full(key))
  }

  /// Whether the key is there and null; taken then.
  mutating func takeNull(_ key: String) -> Bool {
    guard object[key]?.isNull == true else { return false }
    _ = take(key)
    return true
  }

  /// - Throws: The first key that was not taken, with those that are known.
  func finish() throws(ConfigurationError) {
    guard let key = object.keys.first else { return }
    throw ConfigurationError("\(full(key)): no such key; known here: \(known.joined(separator: ", "))")
  }

  private mutating func take(_ key: String) -> JSONValue? {
    known.append(key)
    defer { object[key] = nil }
    return object[key]
  }

  private func full(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private func wrong(_ key: String, _ wanted: String) -> ConfigurationError {
    ConfigurationError("\(full(key)): \(wanted)")
  }
}

/// Overrides on the tree that the file gave.
enum ConfigurationTree {
  /// A value as given on a command line: JSON5 if it reads so, otherwise the text itself.
  static func value(of text: String) -> JSONValue {
    (try? JSONValue(json5: Array(text.utf8))) ?? .string(text)
  }

  static func replacing(
    _ keys: [String], in tree: JSONValue, by value: JSONValue, path: String
  ) throws(ConfigurationError) -> JSONValue {
    guard let key = keys.first else { return value }
    guard !key.isEmpty, var object = tree.isNull ? JSONObject() : tree.objectValue else {
      throw ConfigurationError("\(path): there is no such key")
    }
    object[key] = try replacing(Array(keys.dropFirst()), in: object[key] ?? .null, by: value, path: path)
    return .object(object)
  }
}
