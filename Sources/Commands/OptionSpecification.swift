// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One option a subcommand understands.
package struct OptionSpecification: Hashable, Sendable {
  /// The name without dashes.
  package let name: String
  /// What stands for its value in the help; nil for a flag.
  package let valueName: String?
  /// One line for the help.
  package let summary: String
  /// Whether it may be given more than once.
  package let repeats: Bool

  /// An option with a value.
  package static func value(
    _ name: String, _ valueName: String, _ summary: String, repeats: Bool = false
  ) -> OptionSpecification {
    OptionSpecification(name: name, valueName: valueName, summary: summary, repeats: repeats)
  }

  /// An option without a value.
  package static func flag(_ name: String, _ summary: String) -> OptionSpecification {
    OptionSpecification(name: name, valueName: nil, summary: summary, repeats: false)
  }
}
