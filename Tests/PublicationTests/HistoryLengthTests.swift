// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Publication
import Testing

@Suite struct HistoryLengthTests {
  @Test(arguments: [
    ([], 0), ([1_000_000], 1), ([1_000_001], 1), ([5, 1_000_001], 1), ([1, 999_999], 2), ([2, 999_999], 1),
    ([1_000_000, 70, 0, 30], 3), ([999_900, 70, 0, 30], 4),
  ])
  func `as many of the last steps are kept as hold a million changes, and the last in any case`(
    changes: [Int], kept: Int
  ) {
    #expect(ReleaseHistory.kept(of: changes) == kept)
  }

  @Test(arguments: [
    ([], 0), ([0], 1), ([0, 10], 2), ([0, 11], 1), ([0, 5, 10], 3), ([0, 5, 10, 10], 3), ([0, 1, 11], 2),
    ([20, 5, 10], 3), ([98, 99, 5, 102], 3), ([80, 99, 5, 102], 3), ([80, 5, 102], 1), ([80, 101, 102], 2),
  ])
  func `three releases and ten seconds are kept, and the last in any case`(seconds: [Double], kept: Int) {
    let limits = HistoryLimits(releases: 3, seconds: 10)
    #expect(limits.kept(of: seconds.map { Date(timeIntervalSince1970: $0) }) == kept)
  }
}
