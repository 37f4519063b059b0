// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Names
import Testing

@Suite struct SubmittedURLTests {
  private let rules = NameRules(allowsReservedNames: true)

  @Test(arguments: HostVector.all)
  func `an address names the host a browser would contact`(vector: HostVector) throws {
    #expect(try SubmittedURL(vector.text, rules: rules).host.text == vector.host)
  }

  @Test(arguments: HostVector.all)
  func `what was understood, read again, is the same`(vector: HostVector) throws {
    let first = try SubmittedURL(vector.text, rules: rules)
    let second = try SubmittedURL(first.understood, rules: rules)
    #expect(second.host == first.host)
    #expect(second.understood == first.understood)
    #expect(first.understood.unicodeScalars.allSatisfy { ("!"..."~").contains($0) })
  }

  @Test(arguments: RefusalVector.all)
  func `a bad address is refused by its rule, where it is bad`(vector: RefusalVector) {
    let refusal = #expect(throws: NameRefusal.self) { try SubmittedURL(vector.text, rules: rules) }
    #expect(refusal?.rule == vector.rule)
    #expect(refusal?.column == vector.column)
  }

  @Test(arguments: [
    ("hxxps://bad[.]example", "https://bad.example/"),
    ("hxxp[:]//bad{.}example[:]8080/a[.]b", "http://bad.example:8080/a[.]b"),
    ("hxxps[://]bad(dot)example[/]x", "https://bad.example/x"),
    ("bad[.]example", "bad.example"),
    ("https://user:pass@bad.example:443\\a\\b?c\\d", "https://bad.example/a/b?c\\d"),
    ("https://bad.example/a b\u{202E}ü\"<", "https://bad.example/a%20b%E2%80%AE%C3%BC%22%3C"),
    ("https://BÜCHER.example?q#f", "https://xn--bcher-kva.example/?q#f"),
  ])
  func `the address is echoed as understood`(text: String, understood: String) throws {
    #expect(try SubmittedURL(text, rules: rules).understood == understood)
  }

  /// A tab is dropped, and only the full parser does so.
  @Test(arguments: [
    "HTTPS://BAD.Example/",
    "http:\\\\bad.example\\a\\b",
    "https:/\\bad.example",
    "https://u:p@x@bad.example./a\"<>`?c\\d#\\e",
    "https://%62ad%2Eexample",
    "https://b%41d.example:0443/",
    "http://bad.example:0080?q",
    "http://bad.example:443#f",
    "http://bad.example:",
    "http://bad.example:/",
    "http://bad.example:65535/",
    "http://bad.example:65536/",
    "http://bad.example:8a/",
    "https:///bad.example",
    "https://@bad.example",
    "https://@/bad",
    "https://bad..example/",
    "https://.bad.example/",
    "https://bad.example../",
    "https://BAD[.]example/",
    "https://u:p@bad(dot)example:1",
    "https://%C3%BC.example/",
    "https://%4/",
    "https://bad.example%2/",
    "https://bad%40x.example",
    "https://bad%3A80.example",
    "https://XN--BCHER-KVA.example",
    "https://xn--.example",
    "https://u@1.2.3.4/",
    "https://U@0x7F.1",
    "https://u@bad.1",
    "https://u@bad.1a",
    "https://-U-.example",
    "https://u_.example",
    "https://u@",
    "https://?",
    "HTTPS://bad.example/\u{7F}",
    "hTtP://é:é@bad.example/",
    "https://[::1]/",
    "https://BAD.example:80:80/",
    "https://BAD.example/ü",
    "https://[.]bad.example",
  ])
  func `what is read quickly is read the same by the full parser`(text: String) {
    #expect(answer(text) == answer(text + "\t"))
  }

  private func answer(_ text: String) -> Result<SubmittedURL, NameRefusal> {
    Result { () throws(NameRefusal) in try SubmittedURL(text, rules: rules) }
  }

  @Test func `the column of the host counts code points of the text as given`() throws {
    #expect(try SubmittedURL("  https://é:é@bad.example/", rules: rules).hostColumn == 15)
    #expect(try SubmittedURL("https://bad.example/", rules: rules).hostColumn == 9)
  }

  @Test func `a label of 63 octets is taken and one of 64 refused`() throws {
    let edge = String(repeating: "a", count: 63)
    for text in ["\(edge).example", "https://\(edge.uppercased()).example/"] {
      #expect(try SubmittedURL(text, rules: rules).host.text == "\(edge).example")
    }
    #expect(rule("a\(edge).example") == .labelTooLong)
    #expect(rule("https://A\(edge).example/") == .labelTooLong)
  }

  @Test func `a name of 253 octets is taken and one of 254 refused`() throws {
    let labels = Array(repeating: String(repeating: "b", count: 63), count: 3).joined(separator: ".")
    let edge = "\(labels).\(String(repeating: "c", count: 53)).example"
    #expect(edge.utf8.count == 253)
    #expect(try SubmittedURL("https://\(edge)./", rules: rules).host.text == edge)
    #expect(rule("https://\(labels).\(String(repeating: "c", count: 54)).example/") == .nameTooLong)
  }

  @Test func `an address of 2048 characters is taken and one more is content`() throws {
    let start = "https://bad.example/"
    let path = String(repeating: "a/", count: 1_014)
    #expect(try SubmittedURL(start + path, rules: rules).host.text == "bad.example")
    let refusal = #expect(throws: NameRefusal.self) { try SubmittedURL(start + path + "x", rules: rules) }
    #expect(refusal?.rule == .embeddedContent)
    #expect(refusal?.column == 2_049)
  }

  @Test func `a run of 512 base64 characters is taken and one more is content`() throws {
    let run = String(repeating: "Q", count: 512)
    #expect(try SubmittedURL("https://bad.example/é/\(run)", rules: rules).host.text == "bad.example")
    let refusal = #expect(throws: NameRefusal.self) {
      try SubmittedURL("https://bad.example/é/\(run)Q", rules: rules)
    }
    #expect(refusal?.rule == .embeddedContent)
    #expect(refusal?.column == 23)
  }

  @Test func `a run that begins like a media file is content from 32 characters on`() throws {
    let run = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAA"
    #expect(run.utf8.count == 31)
    #expect(try SubmittedURL("https://bad.example/\(run)", rules: rules).host.text == "bad.example")
    #expect(rule("https://bad.example/\(run)B") == .embeddedContent)
  }

  @Test func `a mail address is no report of its domain`() {
    #expect(rule("someone@bad.example") == .forbiddenCodePoint)
  }

  private func rule(_ text: String) -> NameRule? {
    do throws(NameRefusal) {
      _ = try SubmittedURL(text, rules: rules)
      return nil
    } catch {
      return error.rule
    }
  }
}
