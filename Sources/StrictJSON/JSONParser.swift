// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A recursive-descent reader of RFC 8259; its recursion is bounded by ``JSONLimits/deepest``.
struct JSONParser {
  enum Dialect { case json, json5 }

  var octets: [UInt8]
  let dialect: Dialect
  let depthLimit: Int
  var position = 0

  static func parse(_ octets: [UInt8], dialect: Dialect, limits: JSONLimits) throws(JSONError)
    -> JSONValue
  {
    var parser = JSONParser(octets: octets, dialect: dialect, depthLimit: limits.depth)
    try parser.begin(limits)
    let value = try parser.value(depth: 0)
    try parser.skipBlanks()
    guard parser.position == octets.count else { throw parser.refusal(.trailingData) }
    return value
  }

  /// Checks the whole document's size and encoding, and stands before its value.
  mutating func begin(_ limits: JSONLimits) throws(JSONError) {
    guard octets.count <= limits.octets else {
      throw JSONError(.tooLarge, at: limits.octets, of: octets)
    }
    if let invalid = UTF8Check.firstInvalid(in: octets) {
      throw JSONError(.invalidUTF8, at: invalid, of: octets)
    }
    try skipBlanks()
  }

  var current: UInt8? { position < octets.count ? octets[position] : nil }

  func refusal(_ reason: JSONError.Reason, at offset: Int? = nil) -> JSONError {
    JSONError(reason, at: offset ?? position, of: octets)
  }

  var unexpected: JSONError {
    refusal(position < octets.count ? .unexpectedCharacter : .unexpectedEnd)
  }

  mutating func take(_ octet: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: octet) else { return false }
    position += 1
    return true
  }

  mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    switch current {
    case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
    case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try string(quote: "\""))
    case UInt8(ascii: "'") where dialect == .json5: return .string(try string(quote: "'"))
    case let octet? where octet == UInt8(ascii: "-") || isDigit(octet): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw unexpected
    }
  }

  private mutating func word(_ word: StaticString, _ meaning: JSONValue) throws(JSONError) -> JSONValue {
    for expected in word.description.utf8 {
      guard current == expected else { throw unexpected }
      position += 1
    }
    return meaning
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
    guard depth <= depthLimit else { throw refusal(.tooDeep) }
    position += 1
    var elements: [JSONValue] = []
    try skipBlanks()
    if take("]") { return elements }
    while true {
      elements.append(try value(depth: depth))
      if try endsAfterElement(with: "]") { return elements }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
    guard depth <= depthLimit else { throw refusal(.tooDeep) }
    position += 1
    var object = JSONObject()
    try skipBlanks()
    if take("}") { return object }
    while true {
      let start = position
      let key = try self.key()
      try skipBlanks()
      guard take(":") else { throw unexpected }
      try skipBlanks()
      let value = try self.value(depth: depth)
      guard object.insert(value, forNewKey: key) else { throw refusal(.duplicateKey, at: start) }
      if try endsAfterElement(with: "}") { return object }
    }
  }

  /// Past the comma or the closing bracket after an element; a trailing comma is JSON5's alone.
  mutating func endsAfterElement(with close: Unicode.Scalar) throws(JSONError) -> Bool {
    try skipBlanks()
    if take(close) { return true }
    guard take(",") else { throw unexpected }
    try skipBlanks()
    return dialect == .json5 && take(close)
  }

  mutating func key() throws(JSONError) -> String {
    switch current {
    case UInt8(ascii: "\""): return try string(quote: "\"")
    case UInt8(ascii: "'") where dialect == .json5: return try string(quote: "'")
    default:
      guard dialect == .json5, let first = current, isIdentifier(first), !isDigit(first) else {
        throw unexpected
      }
      let start = position
      while let octet = current, isIdentifier(octet) { position += 1 }
      return String(decoding: octets[start..<position], as: UTF8.self)
    }
  }

  private func isIdentifier(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"): true
    default: false
    }
  }
}
