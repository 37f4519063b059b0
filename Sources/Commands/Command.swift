// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One subcommand: how it is called, and what it does.
package struct Command: Sendable {
  /// What a command does with its arguments.
  package typealias Body = @Sendable (Arguments, CommandContext) throws(CommandFailure) -> ExitStatus

  /// The words that name it: `["review", "approve"]`.
  package let path: [String]
  /// What follows the name in the usage line.
  package let operands: String
  /// One line for lists of commands.
  package let summary: String
  /// What it understands besides `--help`.
  package let options: [OptionSpecification]
  /// Whole command lines to copy.
  package let examples: [String]
  /// More to know, after the options.
  package let notes: [String]
  /// What it does.
  package let body: Body

  /// A subcommand.
  package init(
    _ path: [String], operands: String = "", summary: String, options: [OptionSpecification] = [],
    examples: [String], notes: [String] = [], body: @escaping Body
  ) {
    self.path = path
    self.operands = operands
    self.summary = summary
    self.options = options
    self.examples = examples
    self.notes = notes
    self.body = body
  }

  /// The name as typed.
  package var name: String { path.joined(separator: " ") }

  /// The text of `--help`.
  package var help: String {
    var lines = [
      "usage: cordon \(name)\(options.isEmpty ? "" : " [options]")\(operands.isEmpty ? "" : " " + operands)"
    ]
    lines += ["", summary]
    if !options.isEmpty { lines += ["", "options:"] + options.map(Self.line) }
    if !notes.isEmpty { lines += [""] + notes }
    lines += ["", "examples:"] + examples.map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(for option: OptionSpecification) -> String {
    let head = "  --\(option.name)" + (option.valueName.map { " " + $0 } ?? "")
    let padding = String(repeating: " ", count: max(2, 30 - head.count))
    return head + padding + option.summary + (option.repeats ? " (repeatable)" : "")
  }
}
