// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Foundation
import ListFormats
import Names
import Testing

/// A name that is blocked besides the list.
struct CanaryTests {
  private func render(_ format: ListFormat, _ lines: [String], canary: String?) throws -> RenderedList {
    let list = try Blocklist(entries: lines.map { line in try BlocklistEntry(parsing: line) })
    var options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(7))
    options.canary = try canary.map { name in try DomainName(canonical: name) }
    return format.render(list, options: options)
  }

  @Test(arguments: ListFormat.allCases)
  func `a canary stands in the formats that block, and is no entry`(_ format: ListFormat) throws {
    let plain = try render(format, ["bad.example"], canary: nil)
    let marked = try render(format, ["bad.example"], canary: "worst-of.canary.cordon.example")
    #expect(marked.counts == plain.counts)
    let text = String(decoding: marked.octets, as: UTF8.self)
    #expect(text.contains("worst-of.canary.cordon.example") == format.carriesCanary)
    #expect(format.carriesCanary || marked.octets == plain.octets)
  }

  @Test(arguments: ["canary.example", ".canary.example", ".example"])
  func `a canary that the list blocks is not written twice`(_ entry: String) throws {
    for format in ListFormat.allCases {
      #expect(try render(format, [entry], canary: "canary.example") == render(format, [entry], canary: nil))
    }
  }

  @Test func `the default canary is a reserved name with the list's own`() throws {
    #expect(try ListName("worst-of").defaultCanary?.text == "worst-of.canary.cordon.example")
  }

  @Test func `a change for a name server ends with the canary, whatever it did to the name before`() throws {
    let list = try ListName("worst-of")
    let options = RenderOptions(list: list, version: ListVersion(7), canary: list.defaultCanary)
    var script = NSUpdateScript(
      options: options, server: nil, marker: ReleaseMarker(list: list, version: ListVersion(7), digest: "d"),
      expected: nil)
    let listed = try Blocklist(entries: [BlocklistEntry(name: #require(list.defaultCanary), scope: .host)])
    var messages: [String] = []
    script.write(Delta(from: listed, to: .empty)) { messages.append(String(decoding: $0, as: UTF8.self)) }
    let text = messages.joined()
    let owner = "worst-of.canary.cordon.example.rpz.cordon.invalid."
    let gone = try #require(text.range(of: "update delete \(owner)"))
    let back = try #require(text.range(of: "update add \(owner) 60 CNAME .\n"))
    #expect(gone.upperBound <= back.lowerBound)
  }

  @Test(arguments: [
    ("worst-of.canary.cordon.example", true), ("worst-of.canary.publisher.example", true),
    ("worst-of.canary.", false), ("worst-of.canary", false), ("bank.example", false),
    ("other.canary.cordon.example", false), ("www.worst-of.canary.example", false),
    ("Worst-of.canary.cordon.example", false),
  ])
  func `only a name below the list's own canary label may be blocked without approvals`(
    _ name: String, _ isAdmitted: Bool
  ) throws {
    #expect((try ListName("worst-of").canary(name) != nil) == isAdmitted)
  }

  @Test func `a list whose name is too long for a label has no canary unless one is configured`() throws {
    #expect(try ListName(String(repeating: "a", count: 63)).defaultCanary != nil)
    #expect(try ListName(String(repeating: "a", count: 64)).defaultCanary == nil)
  }
}
