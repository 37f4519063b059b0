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
}
