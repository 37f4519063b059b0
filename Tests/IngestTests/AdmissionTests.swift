// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Ingest
import Names
import Testing

@Suite struct AdmissionTests {
  private func admit(_ url: String, scope: ScopeChoice? = nil, column: Int = 1) throws -> Result<
    AdmittedItem, ItemRefusal
  > {
    let guards = GuardList([
      try Samples.guarded("big.example", .never), try Samples.guarded("shared.example", .narrow),
    ])
    var item = ParsedItem(line: 3, column: column, url: url)
    item.scope = scope
    return Admission(names: Samples.rules, guards: guards).admit(item)
  }

  @Test func `the default scope is the host without www and all below it`() throws {
    let item = try admit("hxxps://www.bad[.]example/x").get()
    #expect(item.entry.text == ".bad.example")
    #expect(item.host.name.text == "www.bad.example")
    #expect(try admit("www.bad.example", scope: .host).get().entry.text == "www.bad.example")
    #expect(try admit("a.b.bad.example", scope: .registrable).get().entry.text == ".bad.example")
  }

  @Test func `a narrowly guarded host is proposed alone, a wider wish refused`() throws {
    #expect(try admit("user.shared.example").get().entry.text == "user.shared.example")
    guard case .failure(let refusal) = try admit("user.shared.example", scope: .subtree) else {
      Issue.record("accepted")
      return
    }
    #expect(refusal.rule == "guarded-name-needs-host-scope")
  }

  @Test(arguments: [
    ("http://10.0.0.1/", "ip-address"), ("http://x.big.example/", "guarded-name"),
    ("http://bad.onion/", "onion"),
    ("ftp://bad.example/", "unsupported-scheme"), ("", "empty"),
  ])
  func `a refusal names its rule, line and column`(url: String, rule: String) throws {
    guard case .failure(let refusal) = try admit(url, column: 5) else {
      Issue.record("accepted")
      return
    }
    #expect(refusal.rule == rule)
    #expect(refusal.line == 3)
    #expect(refusal.column >= 5)
  }
}
