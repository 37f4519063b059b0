// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Ingest
import Testing

/// What spreadsheets and desktops write in place of CSV in UTF-8: each is told what it is and where.
@Suite struct SpreadsheetTests {
  @Test(arguments: [
    ("url;note\nhttp://a.example/;x", "malformed-csv-header", 1, 1, "semicolon"),
    ("url\tnote\nhttp://a.example/\tx", "malformed-csv-header", 1, 1, "separator=tab"),
    ("Link,note\nhttp://a.example/,x", "malformed-csv-header", 1, 1, "Is url meant?"),
    ("url,Comments\nhttp://a.example/,x", "malformed-csv-header", 1, 5, "Is note meant?"),
    ("url,,\nhttp://a.example/,,", "malformed-csv-header", 1, 5, "delete empty columns"),
    ("sep=;\nurl;note\n", "malformed-csv-header", 1, 1, "Leave out the line sep="),
    ("http://a.example/,JM-1\n", "malformed-csv-header", 1, 1, "looks like an address"),
    ("url,note\rhttp://a.example/,x\r", "malformed-csv-header", 1, 5, "carriage return"),
    ("url,URL\nhttp://a.example/,x", "malformed-csv-header", 1, 5, "twice"),
    ("\u{201C}url\u{201D},note\n", "malformed-csv-header", 1, 1, "one of url"),
    ("url,note\n\"http://a.example/,x\n", "unterminated-quote", 2, 1, "never ends"),
    ("PK\u{3}\u{4}rest", "invalid-utf-8", 1, 1, "spreadsheet's own file"),
    ("u\u{0}r\u{0}l\u{0}\n\u{0}", "invalid-utf-8", 1, 1, "UTF-16"),
  ])
  func `a file that is no CSV is refused for what it is`(
    text: String, rule: String, line: Int, column: Int, words: String
  ) {
    let error = #expect(throws: SubmissionBodyError.self) { try ReadBody(Array(text.utf8), .csv) }
    #expect(error?.problemType == rule && error?.line == line && error?.column == column, "\(text)")
    #expect(error?.detail.contains(words) == true, "\(error?.detail ?? "")")
  }

  @Test func `another encoding is refused where it shows`() {
    let latin = Array("url,note\nhttp://a.example/,caf".utf8) + [0xE9, 0x0A]
    let error = #expect(throws: SubmissionBodyError.self) { try ReadBody(latin, .csv) }
    #expect(error?.problemType == "invalid-utf-8" && error?.line == 2 && error?.column == 22)
    #expect(error?.detail.contains("Windows-1252") == true)
    let wide: [UInt8] = [0xFF, 0xFE, 0x75, 0, 0x72, 0, 0x6C, 0, 0x0A, 0]
    let utf16 = #expect(throws: SubmissionBodyError.self) { try ReadBody(wide, .text) }
    #expect(utf16?.detail.contains("UTF-16") == true)
  }

  @Test func `columns may be named in capitals, with blanks or hyphens, and parted as said`() throws {
    let text = "URL;Case Reference;seen-at\r\nhttp://a.example/;JM-1;2026-01-01T00:00:00Z\r\n"
    let items = try ReadBody(Array(text.utf8), .csv, .semicolon).items.map { try $0.get() }
    #expect(items.first?.caseReference == "JM-1" && items.first?.seenAt != nil)
    let tabs = "url\tnote\nhttp://a.example/\tone, two\n"
    #expect(try ReadBody(Array(tabs.utf8), .csv, .tab).items[0].get().note == "one, two")
  }

  @Test func `rows in which nothing stands are skipped, and lines still count`() throws {
    let text = "url,note\r\n,\r\nhttp://a.example/,x\n,\n\n,,,,\nhttp://b.example/,\n"
    let items = try ReadBody(Array(text.utf8), .csv).items.map { try $0.get() }
    #expect(items.map(\.line) == [3, 7])
  }

  @Test(arguments: [
    ("http://a.example/,x,", "2:21 too-many-fields"), ("http://a.example/,\"x\" y", "2:22 stray-quote"),
    ("http://a.example/,\u{202E}x", "2:19 invisible-character"), (",a note alone", "2:1 empty"),
    ("\"http://a.example/\nhttp://b.example/\",x", "2:19 control-character"),
    ("http://a.example/\thttp://b.example/,", "2:18 control-character"),
    ("https://one.example http://two.example,", "2:20 white-space"),
  ])
  func `a row that is not in order is refused where it shows`(row: String, place: String) throws {
    let admission = Admission(names: Samples.rules, guards: .empty)
    let body = try ReadBody(Array("url,note\n\(row)\n".utf8), .csv)
    let found = body.items.compactMap { item -> String? in
      guard case .failure(let refusal) = item.flatMap({ admission.admit($0) }) else { return nil }
      return "\(refusal.line):\(refusal.column) \(refusal.rule)"
    }
    #expect(found == [place])
  }
}
