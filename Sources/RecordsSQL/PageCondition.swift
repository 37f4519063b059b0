// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Which rows a page shows, in order of number: terms that must all hold, with their values.
struct PageCondition {
  private var condition = "number > ?"
  private var bound: [SQLValue]
  private let limit: Int

  /// Up to `limit` rows of a number after `after`.
  init(after: Int64, limit: Int) {
    bound = [.integer(after)]
    self.limit = limit
  }

  /// A term that must hold too, with the values of its marks.
  mutating func require(_ term: String, _ values: SQLValue...) { require(term, values) }

  /// The same with the values in an array.
  mutating func require(_ term: String, _ values: [SQLValue]) {
    condition += " AND " + term
    bound += values
  }

  var text: String { condition + " ORDER BY number LIMIT ?" }
  var values: [SQLValue] { bound + [.integer(limit)] }
}
