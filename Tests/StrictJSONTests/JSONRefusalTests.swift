// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import StrictJSON
import Testing

struct JSONRefusalTests {
  private static let refused: [(String, JSONError.Reason, Int)] = [
    (#"{"a":1,"a":2}"#, .duplicateKey, 7), (#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
    ("01", .invalidNumber, 0), ("-01", .invalidNumber, 0), ("1.", .unexpectedEnd, 2),
    ("1.x", .invalidNumber, 2), (".5", .unexpectedCharacter, 0), ("+1", .unexpectedCharacter, 0),
    ("1e400", .numberOutOfRange, 0), ("9223372036854775808", .numberOutOfRange, 0),
    ("NaN", .unexpectedCharacter, 0), ("1 2", .trailingData, 2), ("{} x", .trailingData, 3),
    (#""\ud800""#, .loneSurrogate, 1), (#""\udc00""#, .loneSurrogate, 1),
    (#""\ud800\u0041""#, .loneSurrogate, 1), (#""\x41""#, .invalidEscape, 1),
    ("\"\u{1}\"", .controlCharacter, 1), ("\"a", .unexpectedEnd, 2), ("", .unexpectedEnd, 0),
    ("[1,]", .unexpectedCharacter, 3), (#"{"a":1,}"#, .unexpectedCharacter, 7),
    ("{a:1}", .unexpectedCharacter, 1), ("'a'", .unexpectedCharacter, 0),
    ("1 // no", .trailingData, 2), ("\u{FEFF}1", .unexpectedCharacter, 0),
    ("tru", .unexpectedEnd, 3), ("nul1", .unexpectedCharacter, 3), ("[1", .unexpectedEnd, 2),
  ]

  @Test(arguments: refused)
  func `what RFC 8259 forbids is refused at its place`(text: String, reason: JSONError.Reason, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
  }

  @Test(
    arguments: [
      [0x22, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0xFF, 0x22],
    ] as [[UInt8]])
  func `ill-formed UTF-8 is refused`(octets: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: octets) }
    #expect(error?.reason == .invalidUTF8)
    #expect(error?.offset == 1)
  }

  @Test func `nesting is taken at the limit and refused one past it`() throws {
    func nested(_ depth: Int) -> [UInt8] {
      Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
    }
    _ = try JSONValue(parsing: nested(64))
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(65)) }
    #expect(error?.reason == .tooDeep)
    #expect(throws: JSONError.self) {
      try JSONValue(parsing: nested(100_000), limits: JSONLimits(depth: 1_000_000))
    }
  }

  @Test func `a document is taken at the size limit and refused one past it`() throws {
    _ = try JSONValue(parsing: Array("1234".utf8), limits: JSONLimits(octets: 4))
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: Array("12345".utf8), limits: JSONLimits(octets: 4))
    }
    #expect(error?.reason == .tooLarge)
  }

  @Test func `a refusal names line and column`() {
    let error = #expect(throws: JSONError.self) {
      try JSONValue(parsing: Array("{\n  \"é\": x}".utf8))
    }
    #expect(error?.line == 2)
    #expect(error?.column == 8)
  }

  @Test func `no input makes the parser fail otherwise than by refusing`() {
    var state: UInt64 = 42
    let alphabet = Array(#"{}[]",:\u0dD8ae1-.+E tfn'/*"#.utf8) + [0xC3, 0xA9, 0x0A, 0x00]
    for _ in 0..<20_000 {
      var octets: [UInt8] = []
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        octets.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      _ = try? JSONValue(parsing: octets)
      _ = try? JSONValue(json5: octets)
    }
  }
}
