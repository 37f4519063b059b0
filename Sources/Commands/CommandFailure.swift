// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a command stopped: the lines to show and how the process ends.
package struct CommandFailure: Error, Hashable, Sendable {
  /// One or more plain lines.
  package let lines: [String]
  /// How the process ends.
  package let status: ExitStatus

  /// A failure of one line.
  package init(_ line: String, status: ExitStatus = .failure) {
    self.init(lines: [line], status: status)
  }

  /// A failure of several lines.
  package init(lines: [String], status: ExitStatus = .failure) {
    self.lines = lines
    self.status = status
  }

  /// A command line that cannot be followed.
  package init(_ error: UsageError) { self.init(error.description) }
}
