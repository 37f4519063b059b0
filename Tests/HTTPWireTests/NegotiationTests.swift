// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import Testing

struct NegotiationTests {
  @Test(arguments: [
    ("0", 0), ("1", 1000), ("0.", 0), ("1.", 1000), ("0.5", 500), ("0.125", 125), ("1.000", 1000),
  ])
  func `a weight is read`(text: String, thousandths: Int) {
    #expect(QualityValue(parsing: text)?.thousandths == thousandths)
  }

  @Test(arguments: [
    "", ".", "2", "1.001", "0.1234", "-0", "+1", "nan", "inf", "-inf", "infinity", "1e3", "1e999", "0x1p3",
    " 1",
    "0,5", "\u{661}", "00", "0.5 ",
  ])
  func `what is no weight is not taken for a number`(text: String) {
    #expect(QualityValue(parsing: text) == nil)
    #expect(MediaRange("text/plain;q=" + text + "0000").quality == .zero)
  }

  @Test func `the most specific range gives the weight`() {
    let ranges = ["text/*;q=0.3", "*/*;q=0.1", "Text/CSV ; q=0.7"].map { MediaRange($0) }
    #expect(MediaRange.quality(of: "text/csv", in: ranges).thousandths == 700)
    #expect(MediaRange.quality(of: "text/plain", in: ranges).thousandths == 300)
    #expect(MediaRange.quality(of: "application/json", in: ranges).thousandths == 100)
    #expect(MediaRange.quality(of: "application/json", in: []) == .zero)
  }
}
