// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Names
import Testing

/// What an officer's clipboard, spreadsheet or keyboard makes of an address.
@Suite struct ReportedTests {
  private let rules = NameRules(allowsReservedNames: true)

  @Test(arguments: HostVector.all)
  func `a report of one address is read as a browser reads it`(vector: HostVector) throws {
    do throws(NameRefusal) {
      #expect(try SubmittedURL(reported: vector.text, rules: rules).host.text == vector.host)
    } catch {
      #expect([.controlCharacter, .invisibleCharacter].contains(error.rule), "\(vector.text)")
    }
  }

  @Test(arguments: [
    ("good.example\tJM-17", NameRule.controlCharacter, 13),
    ("http://one.example\rhttp://two.example", .controlCharacter, 19),
    ("http://one.example\nhttp://two.example", .controlCharacter, 19),
    ("http://a\u{0}.example/", .controlCharacter, 9), ("http://a.example/\u{85}", .controlCharacter, 18),
    ("http://a.example/ http://b.example/", .whiteSpace, 18), ("a.example b.example", .whiteSpace, 10),
    ("http://a.example/my file", .whiteSpace, 20), ("http://a.example/\u{A0}", .whiteSpace, 18),
    ("http://a.example\u{3000}", .whiteSpace, 17), ("\u{2028}http://a.example", .whiteSpace, 1),
    ("http://b\u{200B}ad.example/", .invisibleCharacter, 9),
    ("\u{FEFF}http://a.example", .invisibleCharacter, 1),
    ("http://a.example/\u{202E}gpj.x", .invisibleCharacter, 18),
    ("http://a.example\u{200E}", .invisibleCharacter, 17),
    ("http://so\u{AD}ft.example/", .invisibleCharacter, 10),
    ("http://bad%E2%80%8B.example/", .invisibleCharacter, 11),
    ("http://so%C2%ADft.example/", .invisibleCharacter, 10),
    ("http://b%e2%81%a0ad.example/", .invisibleCharacter, 9),
    ("http://%EF%BB%BFa.example/", .invisibleCharacter, 8),
    ("hxxp://a%C2%A0b[.]example", .whiteSpace, 9), ("http://a%C2%9B.example", .controlCharacter, 9),
    ("http://a.example/http://b.example", .gluedAddresses, 18),
    ("http://a.examplehttp://b.example", .gluedAddresses, 17),
    ("http://a.example/,https://b.example", .gluedAddresses, 19),
    ("http://a.example;http://b.example", .gluedAddresses, 18),
    ("http://http://a.example", .gluedAddresses, 8),
    ("a.example/hxxp://b[.]example", .gluedAddresses, 11),
    ("hxxps[://]a[.]example/hxxps[://]b[.]example", .gluedAddresses, 23),
    ("http://a.example/x?y=1http://b.example", .gluedAddresses, 23),
    ("http://a.example/HTTP:\\\\b.example", .gluedAddresses, 18),
    ("http://p\u{430}ypal.example", .mixedScripts, 9), ("http://\u{430}pple.example", .mixedScripts, 9),
    ("http://\u{3B1}b.example", .mixedScripts, 9), ("http://p%D0%B0y.example", .mixedScripts, 9),
    ("\u{201C}http://a.example\u{201D}", .invalidIDNA, 1), ("http://a.example\u{201D}", .invalidIDNA, 17),
    ("\"http://a.example\"", .forbiddenCodePoint, 1), ("<http://a.example>", .forbiddenCodePoint, 1),
    ("=HYPERLINK(\"http://a.example\")", .forbiddenCodePoint, 1),
    ("'http://a.example", .forbiddenCodePoint, 1),
    ("someone@bad.example", .forbiddenCodePoint, 8), ("mailto:someone@bad.example", .unsupportedScheme, 1),
    ("ftp://bad.example/", .unsupportedScheme, 1), ("C:\\pictures\\a", .unsupportedScheme, 1),
    ("a.example,b.example", .forbiddenCodePoint, 10), ("a.example;b.example", .forbiddenCodePoint, 10),
    ("n/a", .singleLabel, 1), ("-", .singleLabel, 1),
  ])
  func `what is not one address is refused where it shows`(text: String, rule: NameRule, column: Int) {
    let refusal = #expect(throws: NameRefusal.self) {
      try ListableName(SubmittedURL(reported: text, rules: rules), rules: rules)
    }
    #expect(refusal?.rule == rule && refusal?.column == column, "\(text): \(String(describing: refusal))")
  }

  @Test(arguments: [
    ("http://a.example/?u=http://b.example/", "a.example"),
    ("http://a.example/r?https://b.example/", "a.example"),
    ("http://a.example/#http://b.example/", "a.example"),
    ("http://a.example/web/2020/http%3A%2F%2Fb.example/", "a.example"),
    ("http://a.example/a:b:c", "a.example"), ("  http://a.example/  ", "a.example"),
    ("http://xn--pypal-4ve.example/", "xn--pypal-4ve.example"),
    ("http://\u{43F}\u{440}.example/", "xn--o1ac.example"),
    ("http://i\u{2764}\u{FE0F}.example/", "xn--i-7iq.example"),
    ("http://\u{646}\u{627}\u{645}\u{647}\u{200C}\u{627}\u{6CC}.example/", "xn--mgba3gch31f060k.example"),
  ])
  func `what only resembles two addresses is taken`(text: String, host: String) throws {
    #expect(try SubmittedURL(reported: text, rules: rules).host.text == host)
  }

  @Test func `a refusal calls the character by its name`() {
    let refusal = #expect(throws: NameRefusal.self) {
      try SubmittedURL(reported: "a\u{201D}.example", rules: rules)
    }
    #expect(refusal?.detail.contains("U+201D (right double quotation mark)") == true)
  }
}
