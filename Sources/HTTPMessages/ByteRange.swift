// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A Range field that asks for octets (RFC 9110 §14.1.2), held against a representation's length.
enum ByteRange: Hashable {
  /// No range that this server serves: another unit, or several ranges. The whole is sent.
  case ignored
  case satisfiable(Range<Int>)
  case unsatisfiable

  init(_ value: String, length: Int) {
    guard let equals = value.firstIndex(of: "=") else {
      self = .unsatisfiable
      return
    }
    let unit = value[..<equals]
    let set = value[value.index(after: equals)...]
    guard HTTPGrammar.equalIgnoringCase(String(unit), "bytes"), !set.contains(",") else {
      self = .ignored
      return
    }
    let bounds = set.split(separator: "-", omittingEmptySubsequences: false)
    guard bounds.count == 2, let first = Self.position(bounds[0]), let last = Self.position(bounds[1])
    else {
      self = .unsatisfiable
      return
    }
    self = Self.resolve(first: first.value, last: last.value, length: length)
  }

  private static func resolve(first: Int?, last: Int?, length: Int) -> ByteRange {
    switch (first, last) {
    case (nil, nil): return .unsatisfiable
    case (nil, let suffix?):
      let count = min(suffix, length)
      return count > 0 ? .satisfiable((length - count)..<length) : .unsatisfiable
    case (let first?, let last):
      guard first < length, first <= last ?? first else { return .unsatisfiable }
      return .satisfiable(first..<(min(last ?? length - 1, length - 1) + 1))
    }
  }

  private struct Position { let value: Int? }

  /// Digits, or nothing; outer nil for anything else. More digits than fit mean "beyond the end".
  private static func position(_ text: Substring) -> Position? {
    guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
    return Position(value: text.isEmpty ? nil : Int(text) ?? .max - 1)
  }
}
