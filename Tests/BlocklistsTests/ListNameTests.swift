// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Testing

struct ListNameTests {
  @Test(arguments: ["worst-of", "a", "list-2", "2"])
  func `kebab names are list names`(text: String) throws {
    #expect(try ListName(text).text == text)
  }

  @Test(arguments: ["", "-a", "a-", "a--b", "Worst", "a_b", "a.b", "a/b", "é"])
  func `anything else is not`(text: String) {
    #expect(throws: BlocklistError.invalidListName) { try ListName(text) }
  }

  @Test func `a list name has at most 64 octets`() throws {
    #expect(try ListName(String(repeating: "a", count: 64)).text.count == 64)
    #expect(throws: BlocklistError.invalidListName) { try ListName(String(repeating: "a", count: 65)) }
  }

  @Test(arguments: ["01", "+1", "-1", "", " 1", "1 ", "18446744073709551616", "0x1"])
  func `a version is plain decimal digits`(text: String) {
    #expect(ListVersion(parsing: text) == nil)
  }

  @Test func `versions count up from the unreleased state`() {
    #expect(ListVersion(parsing: "0") == .unreleased)
    #expect(ListVersion.unreleased.next == ListVersion(1))
    #expect(ListVersion(parsing: "18446744073709551615")?.number == .max)
  }
}
