// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Ingest
import Names
import Testing

@Suite struct GuardListTests {
  @Test(arguments: [
    (".big.example", "never"), (".a.big.example", "never"), ("a.b.big.example", "never"),
    (".cdn.big2.example", "narrow"), (".big2.example", "narrow"), ("big2.example", "clear"),
    (".notbig.example", "clear"), (".big-2.example", "clear"), (".xbig2.example", "clear"),
  ])
  func `a guard covers its name, what lies below, and the parents that would cover it`(
    text: String, expected: String
  ) throws {
    let list = GuardList([
      try Samples.guarded("big.example", .never), try Samples.guarded("cdn.big2.example", .narrow),
      try Samples.guarded("big.example", .narrow),
    ])
    let found =
      switch list.verdict(on: try Samples.entry(text)) {
      case .clear: "clear"
      case .narrow: "narrow"
      case .never: "never"
      }
    #expect(found == expected)
  }

  @Test func `a refusal tells which guarded names would be hit, and no more than five`() throws {
    let guards = try (0..<7).map { try Samples.guarded("m\($0).bad.example", .never) }
    let list = GuardList(guards + [try Samples.guarded("bad.example", .narrow)])
    guard case .never(let hit) = list.verdict(on: try Samples.entry(".bad.example")) else {
      Issue.record("not refused")
      return
    }
    #expect(hit.covering == nil)
    #expect(hit.below.map(\.text) == (0..<5).map { "m\($0).bad.example" })
    #expect(GuardRefusal.guardedName.detail(hit).hasSuffix("m4.bad.example and 2 more: never blocked."))
    guard case .never(let above) = list.verdict(on: try Samples.entry("x.m3.bad.example")) else {
      Issue.record("not refused")
      return
    }
    #expect(
      GuardRefusal.guardedName.detail(above) == "m3.bad.example and what lies below it are never blocked.")
    guard case .narrow = list.verdict(on: try Samples.entry("bad.example")) else {
      Issue.record("a single host hits nothing below it")
      return
    }
  }

  @Test func `popular sites are read with or without rank, and refused at the line that is wrong`() throws {
    let list = try GuardList(
      topSites: Array("rank,name\r\n1,b.example\r\n\r\na.example\n".utf8), level: .narrow)
    #expect(list.count == 2)
    let cases = [("x,a.example", 1), ("1,a.example\n2,A.example", 2), ("a.example\nexample", 2), ("1,", 1)]
    for (text, line) in cases {
      let error = #expect(throws: GuardImportError.self) {
        try GuardList(topSites: Array(text.utf8), level: .never)
      }
      #expect(error?.line == line)
    }
    let both = try GuardList([Samples.guarded("a.example", .never), Samples.guarded("c.example", .never)])
    for merged in [list.merging(both), both.merging(list)] {
      #expect(merged.count == 3)
      guard case .never = merged.verdict(on: try Samples.entry("a.example")) else {
        Issue.record("the firmer level counts")
        continue
      }
    }
  }

  @Test func `the slab agrees with a slow model`() throws {
    var random = SplitMix(state: 11)
    let labels = ["a", "ab", "b", "a-b", "abcdefghijklmnopqrs"]
    func name() -> String {
      let some = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        labels[Int.random(in: 0..<labels.count, using: &random)]
      }
      return some.joined(separator: ".") + ".example"
    }
    for _ in 0..<200 {
      let guards = try (0..<6).map { try Samples.guarded(name(), $0 < 3 ? .never : .narrow) }
      let list = GuardList(guards)
      for _ in 0..<10 {
        let text = name()
        let entry = try Samples.entry((Bool.random(using: &random) ? "." : "") + text)
        let hits = guards.filter {
          entry.name.isSubdomain(of: $0.name)
            || entry.scope == .subtree && $0.name.isSubdomain(of: entry.name)
        }
        let expected = hits.contains { $0.level == .never } ? "never" : hits.isEmpty ? "clear" : "narrow"
        let found =
          switch list.verdict(on: entry) {
          case .clear: "clear"
          case .narrow: "narrow"
          case .never: "never"
          }
        #expect(found == expected)
      }
    }
  }

  @Test(arguments: 1...20)
  func `what is refused of many lines is what is refused one by one`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    func number(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(truncatingIfNeeded: state >> 33) % limit
    }
    func name() -> String {
      let labels = ["a", "b", "ab", "ba", "a-b", "www", "xn--p1ai"]
      let parts = (0...number(below: 4)).map { _ in labels[number(below: labels.count)] }
      return parts.joined(separator: ".") + [".one.example", ".two.example", ".test"][number(below: 3)]
    }
    let guards = GuardList(
      try (0..<number(below: 60)).map { _ in
        try Samples.guarded(name(), number(below: 2) == 0 ? .never : .narrow)
      })
    let lines = EntryLines(
      try (0..<500).map { _ in try Samples.entry((number(below: 2) == 0 ? "." : "") + name()) })
    let refused = guards.refusals(among: lines)
    #expect(refused == lines.filter { !guards.lets(back: $0) })
    #expect(guards.count == 0 || !refused.isEmpty)
    #expect(refused.count < lines.count)
  }
}
