// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

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
}
