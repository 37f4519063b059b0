// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import StrictJSON

/// Counts what became of a batch of decisions.
package struct ReviewTally {
  /// Decisions the server recorded.
  package private(set) var recorded = 0
  /// Decisions the server refused.
  package private(set) var refused = 0
  private var listed = 0
  private var details: [String] = []
  private var refusalCounts: [(line: String, count: Int)] = []

  /// An empty count.
  package init() {}

  /// Adds the results of one request.
  package mutating func add(_ items: [JSONValue]) {
    for item in items {
      if let problem = item["problem"]?.objectValue {
        refused += 1
        let line = ProblemText.line(problem)
        if let index = refusalCounts.firstIndex(where: { $0.line == line }) {
          refusalCounts[index].count += 1
        } else {
          refusalCounts.append((line, 1))
        }
        details.append("  \(item.text("submission")): \(line)")
      } else {
        recorded += 1
        if item.text("state") == "listed" { listed += 1 }
        details.append("  " + Self.line(item))
      }
    }
  }

  private static func line(_ item: JSONValue) -> String {
    var line = "\(item.text("submission")): \(item.text("state"))"
    let countries = item.texts("countries")
    if !countries.isEmpty { line += ", approved by " + countries.joined(separator: ", ") }
    if !item.text("entry_id").isEmpty { line += ", entry \(item.text("entry_id"))" }
    if !item.text("lease_until").isEmpty { line += " until \(item.text("lease_until"))" }
    return line
  }

  /// The summary, with a line for each decision if wanted.
  package func lines(detailed: Bool) -> [String] {
    ["recorded \(recorded) decisions; \(listed) names now listed; refused \(refused)"]
      + (detailed ? details : [])
  }

  /// Each reason for refusal with how often it was given.
  package var refusals: [String] {
    refusalCounts.map { $0.count == 1 ? $0.line : "\($0.count) times \($0.line)" }
  }
}
