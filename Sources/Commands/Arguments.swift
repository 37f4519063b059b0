// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A command line sorted into options and operands against a specification.
///
/// `--name value`, `--name=value` and flags, in any order; `--` ends the options; a lone `-` is an operand.
package struct Arguments: Sendable {
  /// The command's name, for messages.
  package let command: String
  /// What is not an option, in order.
  package private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]

  /// Sorts the words after the command's name.
  package init(
    _ words: some Sequence<String>, options: [OptionSpecification], command: String
  ) throws(CommandFailure) {
    self.command = command
    var words = Array(words)[...]
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        return
      }
      guard word.hasPrefix("-"), word != "-" else {
        operands.append(word)
        continue
      }
      try take(option: word, from: &words, options: options)
    }
  }

  private mutating func take(
    option word: String, from words: inout ArraySlice<String>, options: [OptionSpecification]
  ) throws(CommandFailure) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts[0].hasPrefix("--"), let option = options.first(where: { "--" + $0.name == parts[0] }) else {
      throw CommandFailure(.unknownOption(parts[0], command: command))
    }
    guard option.repeats || values[option.name] == nil else {
      throw CommandFailure(.repeated(option: option.name))
    }
    if option.valueName == nil {
      guard parts.count == 1 else { throw CommandFailure(.valueUnexpected(option: option.name)) }
      values[option.name] = []
    } else if parts.count == 2 {
      values[option.name, default: []].append(parts[1])
    } else {
      guard let value = words.popFirst() else {
        throw CommandFailure(.valueMissing(option: option.name))
      }
      values[option.name, default: []].append(value)
    }
  }

  /// Whether a flag or option was given.
  package func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option that stands once.
  package func value(_ name: String) -> String? { values[name]?.first }

  /// All values of an option that may repeat.
  package func all(_ name: String) -> [String] { values[name] ?? [] }

  /// The value of an option that must be there.
  package func required(_ name: String) throws(CommandFailure) -> String {
    guard let value = value(name) else { throw CommandFailure(.missing("--\(name)", command: command)) }
    return value
  }

  /// A whole number within bounds.
  package func integer(_ name: String, in range: ClosedRange<Int>) throws(CommandFailure) -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw CommandFailure(
        .badValue(
          option: name, value: text, wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)")
      )
    }
    return number
  }

  /// The single operand.
  package func operand(_ what: String) throws(CommandFailure) -> String {
    try noMoreOperands(than: 1)
    guard let first = operands.first else { throw CommandFailure(.missing(what, command: command)) }
    return first
  }

  /// Refuses operands past a count.
  package func noMoreOperands(than count: Int) throws(CommandFailure) {
    if operands.count > count {
      throw CommandFailure(.unexpectedOperand(operands[count], command: command))
    }
  }

  /// `--name KEY=VALUE` pairs.
  package func pairs(_ name: String) throws(CommandFailure) -> [(key: String, value: String)] {
    var pairs: [(key: String, value: String)] = []
    for text in all(name) {
      guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
        throw CommandFailure(.badValue(option: name, value: text, wanted: "KEY=VALUE"))
      }
      pairs.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
    }
    return pairs
  }
}
