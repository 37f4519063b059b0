// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// The problem types as people read them.
public enum ProblemCatalogue {
  /// `docs/problems.md`: one table of every problem type.
  public static var markdown: String {
    let rows = ProblemKind.allCases.map { kind in
      let description = kind.description
      return
        "| `\(kind.rawValue)` | \(description.status.code) | \(description.title) | \(description.meaning) |"
    }
    return """
      # Problem types

      Every refusal of the service is `application/problem+json` (RFC 9457). `type` is `/problems/<name>` and stays as it
      is; `title` and `detail` are for people and may change. The service also answers this table at `/problems`, and one
      entry at `/problems/<name>`. Items of a submission are refused by the rules in `protocol.md`, not by problem types.

      | name | status | title | what it means, what to do |
      | --- | --- | --- | --- |
      \(rows.joined(separator: "\n"))

      """
  }

  /// The same, made once for all who ask.
  static let table = Array(markdown.utf8)
  /// What `/problems/<name>` answers, made once.
  static let pages = Dictionary(uniqueKeysWithValues: ProblemKind.allCases.map { ($0, Array(page($0).utf8)) })

  private static func page(_ kind: ProblemKind) -> String {
    let description = kind.description
    return
      "# \(description.title)\n\ntype: \(kind.type)\nstatus: \(description.status.code)\n\n\(description.meaning)\n"
  }
}
