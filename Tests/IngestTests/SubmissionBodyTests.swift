// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Testing

@Suite struct SubmissionBodyTests {
  private func parse(
    _ text: String, _ format: SubmissionBody.Format, most: Int = 100,
    _ separator: SubmissionBody.Separator = .comma
  ) throws -> ReadBody {
    try ReadBody(Array(text.utf8), format, most: most, separator)
  }

  private func refusals(_ body: ReadBody) -> [ItemRefusal] {
    body.items.compactMap {
      if case .failure(let refusal) = $0 { refusal } else { nil }
    }
  }

  @Test func `text has one URL a line, comments and blanks skipped`() throws {
    let body = try parse("# head\r\n\r\n  http://bad.example/ \n\nworse.example", .text)
    let items = try body.items.map { try $0.get() }
    #expect(items.map(\.url) == ["http://bad.example/", "worse.example"])
    #expect(items.map(\.line) == [3, 5])
    #expect(items.map(\.column) == [3, 1])
  }

  @Test func `CSV is read by RFC 4180 with a byte order mark and CRLF`() throws {
    let text =
      "\u{FEFF}URL,Note,case_reference\r\nbad.example,\"a \"\"b\"\",\r\nc\",X-1\r\nworse.example,,\r\n"
    let items = try parse(text, .csv).items.map { try $0.get() }
    #expect(items.map(\.url) == ["bad.example", "worse.example"])
    #expect(items[0].note == "a \"b\",\r\nc")
    #expect(items[0].caseReference == "X-1")
    #expect(items.map(\.line) == [2, 4])
    #expect(items[1].note == nil)
  }

  @Test func `CSV refusals name line and column`() throws {
    let digest = String(repeating: "ab", count: 32)
    let text = """
      url,evidence_sha256,note
      bad.example,\(digest),fine
      bad.example,\(digest)0,fine
      ba"d.example,,
      bad.example,,,extra
      bad.example,,see data:text/html;base64
      é.example,zz,
      """
    let found = refusals(try parse(text, .csv)).map { "\($0.line):\($0.column) \($0.rule)" }
    #expect(
      found == [
        "3:77 field-too-long", "4:3 stray-quote", "5:15 too-many-fields", "6:18 embedded-content",
        "7:11 invalid-digest",
      ])
  }

  @Test(arguments: [
    ("", "malformed-csv-header"), ("note\nx", "malformed-csv-header"), ("url,url\nx", "malformed-csv-header"),
    ("url,colour\nx", "malformed-csv-header"), ("url\n\"x", "unterminated-quote"),
    ("url\n", "empty-submission"),
    ("url\na\nb\nc", "too-many-items"),
  ])
  func `an unreadable CSV is refused whole`(text: String, type: String) {
    let error = #expect(throws: SubmissionBodyError.self) { try parse(text, .csv, most: 2) }
    #expect(error?.problemType == type)
  }

  @Test func `the item limit holds at its edge`() throws {
    #expect(try parse("a\nb", .text, most: 2).items.count == 2)
    #expect(throws: SubmissionBodyError.self) { try parse("a\nb\nc", .text, most: 2) }
  }

  @Test func `JSON items are checked field by field`() throws {
    let text = """
      {"list":"worst-of","mode":"each","items":[{"url":"bad.example","scope":"host","seen_at":"2026-01-01T00:00:00Z"},
      {"uri":"x"},{"url":7},{"note":"x"},{"url":"x","scope":"all"},{"url":"x","seen_at":"2100-01-01T00:00:00Z"},5]}
      """
    let body = try parse(text, .json)
    #expect(body.list?.text == "worst-of")
    #expect(body.mode == .each)
    #expect(try body.items[0].get().scope == .host)
    #expect(
      refusals(body).map { "\($0.line) \($0.rule)" } == [
        "2 unknown-field", "3 wrong-type", "4 missing-field", "5 invalid-scope", "6 invalid-time",
        "7 wrong-type",
      ])
  }

  @Test(arguments: [
    ("[", "malformed-json"), ("[]", "malformed-request"), ("{\"items\":[],\"x\":1}", "malformed-request"),
    ("{\"items\":[]}", "empty-submission"), ("{\"items\":[],\"items\":[]}", "malformed-json"),
  ])
  func `an unreadable JSON body is refused whole`(text: String, type: String) {
    let error = #expect(throws: SubmissionBodyError.self) { try parse(text, .json) }
    #expect(error?.problemType == type)
  }

  @Test func `a note holds 500 characters and no blob over 128`() throws {
    func note(_ text: String) throws -> [ItemRefusal] {
      refusals(try parse("url,note\nbad.example,\(text)", .csv))
    }
    let words = String(repeating: "abcd ", count: 100)
    #expect(try note(words).isEmpty)
    #expect(try note(words + "e").first?.rule == "field-too-long")
    #expect(try note(String(repeating: "A", count: 128)).isEmpty)
    #expect(try note(String(repeating: "A", count: 129)).first?.rule == "embedded-content")
    #expect(try note("the data: see file").isEmpty)
  }

  @Test(arguments: [
    // A whole picture of one point, in 96 characters.
    "see iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "/9j/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQE", "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAA",
    "FFD8FFE000104A46494600010100000100010000FFDB",
    // In lines, as mail has it.
    Array(repeating: String(repeating: "Ab+/", count: 19), count: 2).joined(separator: "\n"),
    Array(repeating: String(repeating: "Xy", count: 20), count: 4).joined(separator: " "),
  ]) func `a file in letters is refused in a note, a case reference and a remark`(text: String) throws {
    let quoted = "\"\(text)\""
    #expect(
      refusals(try parse("url,note\nbad.example,\(quoted)", .csv)).first?.rule == "embedded-content")
    #expect(Remark.content(in: text) != nil)
    guard text.utf8.count <= 128, !text.contains("\n") else { return }
    #expect(
      refusals(try parse("url,case_reference\nbad.example,\(quoted)", .csv)).first?.rule
        == "embedded-content")
  }

  @Test func `256 characters of digests and the like are taken in all and one more is content`() throws {
    func rule(_ text: String) throws -> String? {
      refusals(try parse("url,note\nbad.example,\"\(text)\"", .csv)).first?.rule
    }
    let digests = Array(repeating: String(repeating: "a1b2", count: 16), count: 4).joined(separator: "\n")
    #expect(try rule(digests) == nil)
    #expect(try rule(digests + "\n5") == "embedded-content")
    #expect(Remark.content(in: digests) == nil && Remark.content(in: digests + " 5") != nil)
    // 480 digits in four lines; base64 in lines shorter than any word.
    let lines = Array(repeating: String(repeating: "a1b2c3", count: 20), count: 4).joined(separator: "\n")
    #expect(try rule(lines) == "embedded-content")
    let short = Array(repeating: "kR4tZ9mQ2xVb7LpC3wYd", count: 14).joined(separator: "\n")
    #expect(try rule(short) == "embedded-content")
  }

  @Test(arguments: [
    "2026-11-27", "2026/11/27", "27.11.2026", "11/27/2026", "14:05", "14:05:09", "2026-11-27T14:05:09Z",
    "2026-11-27 14:05,",
  ]) func `dates and times are no encoded text, however many a note holds`(moment: String) throws {
    let list = Array(repeating: moment, count: 501 / (moment.utf8.count + 1)).joined(separator: " ")
    #expect(try refusals(parse("url,note\nbad.example,\"\(list)\"", .csv)).isEmpty)
    #expect(Remark.content(in: list + " " + list) == nil)
    // What is left beside them is taken as far as alone.
    let digests = Array(repeating: String(repeating: "a1b2", count: 16), count: 4).joined(separator: "\n")
    #expect(Remark.content(in: "\(list) \(digests) \(list)") == nil)
    #expect(Remark.content(in: "\(list) \(digests)5 \(list)") != nil)
  }

  @Test(arguments: [
    "2026-13-27", "2026-00-27", "2026-11-32", "2206-11-27", "2026-11/27", "13.27.2026", "24:05:09",
    "14:60:09",
    "2026-11-277", "14:05:091", "x2026-11-27", "2026-11-27T24:05Z", "20261127", "6-11-2027-1",
  ]) func `digits that are no date or time are counted`(digits: String) {
    #expect(Remark.content(in: Array(repeating: digits, count: 60).joined(separator: " ")) != nil)
  }

  @Test func `a file with dates between its parts is seen`() {
    let dates = Array(repeating: "2026-11-27", count: 40).joined(separator: " ")
    for file in [
      "iVBORw0KGgo 2026-11-27 AAAANSUhEUgAAAAEAAAAB", "89504E47 2026-11-27 0D0A1A0A 0000000D49484452",
    ] {
      #expect(
        Remark.content(in: dates + " x " + file) != nil && Remark.content(in: file + " x " + dates) != nil)
    }
  }

  @Test(arguments: [
    "see i V B O R w 0 K G g o A A A A N S U h E U g A A A A E A A A A B",
    "FF D8 FF E0 00 10 4A 46 49 46 00 01 01 00 00 01 00 01 00 00",
    "=FF=D8=FF=E0=00=10=4A=46=49=46=00=01=01=00=00=01=00=01=00=00=FF",
    "%FF%D8%FF%E0%00%10JFIF%00%01%01%00%00%01%00%01%00%00%FF%DB%00%43%00",
    "link: data%3Aimage%2Fpng%3Bbase64%2Cxyz and more of it",
    "<svg xmlns='http://a.example/svg' width='9' height='9'>",
  ]) func `a file in parts or percent-encoded is refused in every text`(text: String) throws {
    for field in ["note", "case_reference"] where text.utf8.count <= 128 {
      let found = refusals(try parse("url,\(field)\nbad.example,\"\(text)\"", .csv)).first
      #expect(found?.rule == "embedded-content", "\(field)")
    }
    #expect(Remark.content(in: text) != nil)
  }

  @Test func `what people write about addresses and data is no content`() {
    for text in [
      "My site <https://good.example/> holds no such data: please look again.",
      "See <b>there</b>: swiftype search, the data: none, in all of it.",
    ] { #expect(Remark.content(in: text) == nil) }
  }

  @Test func `digests, long addresses and names of files are no content`() throws {
    // A SHA-256 may begin as a picture does.
    let digest = "ffd8ff" + String(repeating: "0a", count: 29)
    let address = "https://one.example/" + String(repeating: "part/", count: 12)
    for text in [
      "\(digest) \(digest)\n\(digest)", "\(address) and \(address) and \(address)",
      "iVBORw0KGgo is how it began",
      String(repeating: "X", count: 60) + " then " + String(repeating: "Y", count: 60) + " x "
        + String(repeating: "Z", count: 60),
    ] {
      #expect(refusals(try parse("url,note\nbad.example,\"\(text)\"", .csv)).isEmpty, "\(text)")
    }
  }

  @Test func `what was seen online was seen since 1990`() throws {
    func seen(_ text: String) throws -> [String] {
      refusals(try parse("url,seen_at\nbad.example,\(text)", .csv)).map(\.rule)
    }
    #expect(try seen("1990-01-01T00:00:00Z").isEmpty)
    #expect(try seen("1989-12-31T23:59:59Z") == ["invalid-time"])
    #expect(try seen("0000-01-01T00:00:00Z") == ["invalid-time"])
  }
}
