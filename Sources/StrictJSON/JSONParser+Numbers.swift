// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension JSONParser {
  func isDigit(_ octet: UInt8?) -> Bool {
    guard let octet else { return false }
    return octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9")
  }

  mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = take("-")
    let integerStart = position
    try digits()
    if octets[integerStart] == UInt8(ascii: "0"), position > integerStart + 1 {
      throw refusal(.invalidNumber, at: start)
    }
    let isWhole = try !fractionAndExponent()
    let text = String(decoding: octets[start..<position], as: UTF8.self)
    if isWhole, !(isNegative && text == "-0") {
      guard let value = Int64(text) else { throw refusal(.numberOutOfRange, at: start) }
      return .integer(value)
    }
    guard let value = Double(text), value.isFinite else {
      throw refusal(.numberOutOfRange, at: start)
    }
    return .number(value)
  }

  /// Whether there was either.
  private mutating func fractionAndExponent() throws(JSONError) -> Bool {
    var found = false
    if take(".") {
      found = true
      try digits()
    }
    if take("e") || take("E") {
      found = true
      if !take("+") { _ = take("-") }
      try digits()
    }
    return found
  }

  /// One digit or more.
  private mutating func digits() throws(JSONError) {
    guard isDigit(current) else {
      throw refusal(position < octets.count ? .invalidNumber : .unexpectedEnd)
    }
    while isDigit(current) { position += 1 }
  }
}
