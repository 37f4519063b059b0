// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Names
import Testing

/// Judged items, put aside and taken back, are the same.
@Suite struct PackedItemsTests {
  private static func judged(_ text: String, _ format: SubmissionBody.Format) throws
    -> [Result<AdmittedItem, ItemRefusal>]
  {
    let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)
    var items: [Result<AdmittedItem, ItemRefusal>] = []
    _ = try SubmissionBody(
      parsing: Array(text.utf8), .init(format: format, now: Date(timeIntervalSince1970: 1_795_000_000))
    ) { items.append($0.flatMap { admission.admit($0) }) }
    return items
  }

  private static func packed(_ items: [Result<AdmittedItem, ItemRefusal>]) -> [UInt8] {
    var octets: [UInt8] = []
    for item in items { PackedItems.append(item, to: &octets) }
    return octets
  }

  private static let sheet = #"""
    url,case_reference,evidence_sha256,seen_at,scope,note,criteria,criteria.real
    https://www.bad.example/ä?q=1,JM-1,\#(String(repeating: "Ab", count: 32)),2026-01-02T03:04:05Z,host,"seen, ""twice""",base/1,yes
    hxxps://deep[.]sub[.]bad[.]example/,,,,.sub.bad.example,,,
    http://www.www.bad.example,,,,registrable,ü\#u{1F600},,
    www.example.com,JM-2,,1990-01-01T00:00:00Z,,,base/1,no
    https://bad_host.example/,,,,,,,
    bad.example,,zz,,,,,
    https://b\#u{FC}cher.example/\#(String(repeating: "x/", count: 900)),,,,,\#(String(repeating: "ab ", count: 166)),,
    """#

  @Test func `every field comes back, and every refusal`() throws {
    let items = try Self.judged(Self.sheet, .csv)
    #expect(items.count == 7 && items.filter { (try? $0.get()) != nil }.count == 5)
    #expect(try #require(PackedItems.unpacked(Self.packed(items))) == items)
    #expect(PackedItems.unpacked([]) == [])
  }

  @Test func `items cut short anywhere but between two are none`() throws {
    let items = try Self.judged(Self.sheet, .csv)
    let octets = Self.packed(items)
    let ends = Set(items.indices.map { Self.packed(Array(items[..<$0])).count })
    for count in 0..<octets.count {
      #expect((PackedItems.unpacked(Array(octets[..<count])) != nil) == ends.contains(count), "\(count)")
    }
  }
}
