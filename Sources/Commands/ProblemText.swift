// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import StrictJSON

/// Puts a server's refusal (RFC 9457 problem details) into plain lines.
package enum ProblemText {
  /// The failure for an answer that is not a success.
  package static func failure(status: Int, body: [UInt8]) -> CommandFailure {
    guard let problem = try? JSONValue(parsing: body, limits: JSONLimits(octets: 64 << 20)).objectValue else {
      return CommandFailure("the server answered \(status) without saying why")
    }
    let lines = [line(problem, status: status)] + itemLines(problem["items"])
    return CommandFailure(lines: lines)
  }

  /// One line for a problem: its name, title and detail.
  package static func line(_ problem: JSONObject, status: Int? = nil) -> String {
    let name = problem["type"]?.stringValue.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let status = status ?? problem["status"]?.integerValue.map(Int.init)
    let title = problem["title"]?.stringValue
    let detail = problem["detail"]?.stringValue
    var words: [String] = []
    for text in [title, detail] {
      if let text, !text.isEmpty, !words.contains(text) { words.append(text) }
    }
    let head = name.map { "refused (\($0))" } ?? "refused (\(status.map(String.init) ?? "no status"))"
    return words.isEmpty ? head : head + ": " + words.joined(separator: ": ")
  }

  /// A line for each refused item: where, which rule, and why.
  package static func itemLines(_ items: JSONValue?) -> [String] {
    (items?.arrayValue ?? []).compactMap { item in
      guard let refusal = item["refusal"]?.objectValue else { return nil }
      var place = "line \(item["line"]?.integerValue ?? 0)"
      if let column = refusal["column"]?.integerValue { place += ", column \(column)" }
      let rule = refusal["rule"]?.stringValue ?? "refused"
      let detail = refusal["detail"]?.stringValue ?? ""
      return detail.isEmpty ? "  \(place): \(rule)" : "  \(place): \(rule): \(detail)"
    }
  }
}
