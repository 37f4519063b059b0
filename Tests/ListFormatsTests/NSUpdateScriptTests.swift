// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import ListFormats
import Names
import Testing

@Suite struct NSUpdateScriptTests {
  private let list: ListName

  init() throws { list = try ListName("worst-of") }

  private func script(_ old: [String], _ new: [String], expected: String? = "before") throws -> [String] {
    let delta = Delta(from: try blocklist(old), to: try blocklist(new))
    let options = RenderOptions(list: list, version: ListVersion(2))
    var script = NSUpdateScript(
      options: options, server: "127.0.0.1 53",
      marker: ReleaseMarker(list: list, version: ListVersion(2), digest: "abc"), expected: expected)
    var messages: [String] = []
    script.write(delta) { messages.append(String(decoding: $0, as: UTF8.self)) }
    return messages
  }

  private func blocklist(_ entries: [String]) throws -> Blocklist {
    try Blocklist(entries: entries.map { try BlocklistEntry(parsing: $0) })
  }

  private func changes(_ message: String) -> [Substring] {
    message.split(separator: "\n").filter { $0.hasPrefix("update") && !$0.contains("version.cordon") }
  }

  @Test
  func
    `what comes is in a message before what goes, and each asks for the state before and leaves one after`()
    throws
  {
    #expect(
      try script([".gone.example"], ["host.example"]) == [
        """
        server 127.0.0.1 53
        zone rpz.cordon.invalid.
        prereq yxrrset worst-of.version.cordon.example.rpz.cordon.invalid. IN TXT "before"
        update add host.example.rpz.cordon.invalid. 60 CNAME .
        update delete worst-of.version.cordon.example.rpz.cordon.invalid. TXT
        update add worst-of.version.cordon.example.rpz.cordon.invalid. 60 TXT "cordon1:2:abc:1"
        send

        """,
        """
        server 127.0.0.1 53
        zone rpz.cordon.invalid.
        prereq yxrrset worst-of.version.cordon.example.rpz.cordon.invalid. IN TXT "cordon1:2:abc:1"
        update delete gone.example.rpz.cordon.invalid. CNAME
        update delete *.gone.example.rpz.cordon.invalid. CNAME
        update delete worst-of.version.cordon.example.rpz.cordon.invalid. TXT
        update add worst-of.version.cordon.example.rpz.cordon.invalid. 60 TXT "cordon1:2:abc"
        send

        """,
      ])
    #expect(try script([".gone.example"], []).count == 1 && script([], ["host.example"]).count == 1)
  }

  @Test func `a name that changes its scope is never unblocked in between`() throws {
    #expect(
      changes(try script(["a.example"], [".a.example"])[0]) == [
        "update add a.example.rpz.cordon.invalid. 60 CNAME .",
        "update add *.a.example.rpz.cordon.invalid. 60 CNAME .",
      ])
    #expect(
      try script([".a.example"], ["a.example"]).map(changes) == [
        ["update add a.example.rpz.cordon.invalid. 60 CNAME ."],
        ["update delete *.a.example.rpz.cordon.invalid. CNAME"],
      ])
  }

  @Test func `each message of a chain asks for what the one before left`() throws {
    let many = (0..<3000).map { ".name-\($0).example" }
    let messages = try script([], many)
    #expect(messages.count > 1)
    var expected = "before"
    for (index, message) in messages.enumerated() {
      #expect(message.contains("TXT \"\(expected)\"\n"))
      expected = index == messages.count - 1 ? "cordon1:2:abc" : "cordon1:2:abc:\(index + 1)"
      #expect(message.contains("60 TXT \"\(expected)\"\nsend\n"))
      // Uncompressed names, types, classes and lengths together stay below what one DNS message may have.
      #expect(changes(message).reduce(0) { $0 + $1.utf8.count } < 2 * 65_535)
    }
    #expect(messages.reduce(0) { $0 + changes($1).count } == 6000)
  }

  @Test func `names that the zone cannot carry are in no message`() throws {
    let long = String(repeating: "a", count: 60)
    let name = ".\(long).\(long).\(long).\(long).example"
    #expect(changes(try script([], [name, ".ok.example"])[0]).count == 2)
  }
}
