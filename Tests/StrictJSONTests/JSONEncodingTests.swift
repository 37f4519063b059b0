// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import StrictJSON
import Testing

struct JSONEncodingTests {
  private func canonical(_ text: String) throws -> String {
    String(decoding: try JSONValue(parsing: Array(text.utf8)).canonicalEncoded(), as: UTF8.self)
  }

  @Test(arguments: [
    (#"{"b":2,"a":1}"#, #"{"a":1,"b":2}"#), (#" [ 1 , true , null ] "#, "[1,true,null]"),
    (#""a\"b\\c\/d""#, #""a\"b\\c/d""#), (#""\n\u00e9""#, "\"\n\u{E9}\""), ("{}", "{}"),
    (#"{"\ud83d\ude00":1,"\uffee":2}"#, "{\"\u{FFEE}\":2,\"\u{1F600}\":1}"),
    ("-12", "-12"),
  ])
  func `the canonical form is OLPC's`(text: String, expected: String) throws {
    #expect(try canonical(text) == expected)
  }

  @Test func `a fractional number has no canonical form`() throws {
    #expect(throws: CanonicalJSONError.fractionalNumber) {
      try JSONValue(parsing: Array("[1.5]".utf8)).canonicalEncoded()
    }
  }

  @Test func `what is written is read back the same, plain and pretty`() throws {
    let value: JSONValue = [
      "text": "a\"\\\n\t\u{1}é😀", "numbers": [1, -9_223_372_036_854_775_808, 1.5, 1e300],
      "empty": [], "none": nil, "nested": ["yes": true, "object": [:]],
    ]
    #expect(try JSONValue(parsing: value.encoded()) == value)
    #expect(try JSONValue(parsing: value.encoded(pretty: true)) == value)
  }

  @Test func `members keep their order`() throws {
    let text = #"{"z":1,"a":2,"m":3}"#
    #expect(String(decoding: try JSONValue(parsing: Array(text.utf8)).encoded(), as: UTF8.self) == text)
  }

  @Test func `configuration may have comments, bare keys, single quotes and trailing commas`() throws {
    let text = "// top\n{ port: 8443, /* why */ 'name': 'it\\'s', list: [1, 2,], }\n"
    let expected: JSONValue = ["port": 8443, "name": "it's", "list": [1, 2]]
    #expect(try JSONValue(json5: Array(text.utf8)) == expected)
  }

  @Test(arguments: [
    "1970-01-01T00:00:00Z", "2000-02-29T23:59:59Z", "2026-11-23T21:00:00Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ])
  func `times are read and written alike`(text: String) throws {
    let date = try #require(RFC3339.parse(text))
    #expect(RFC3339.format(date) == text)
  }

  @Test(arguments: [
    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:00:60Z", "2026-01-01T00:00:00+00:00", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00.5Z",
    "+026-01-01T00:00:00Z",
  ])
  func `a time that is none is refused`(text: String) { #expect(RFC3339.parse(text) == nil) }

  @Test func `a known instant has its known seconds`() {
    #expect(RFC3339.parse("2026-11-23T21:00:00Z")?.timeIntervalSince1970 == 1_795_467_600)
  }
}
