// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a text is not an acceptable name, and where.
public struct NameRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule broken.
  public let rule: NameRule
  /// Where, counted from 1 in Unicode code points of the text as it was given.
  public let column: Int
  /// One sentence for the submitter. It may quote what they sent, so it does not belong in logs.
  public let detail: String

  /// A refusal by `rule` at `column` (from 1).
  public init(_ rule: NameRule, column: Int, detail: String) {
    self.rule = rule
    self.column = column
    self.detail = detail
  }

  /// The rule and column, without the detail: safe to log.
  public var description: String { "\(rule.rawValue) at column \(column)" }
}
