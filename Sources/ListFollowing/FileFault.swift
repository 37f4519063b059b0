// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A step on the local file system that did not work: the environment's fault, worth retrying.
public struct FileFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried, as a verb: "write", "rename".
  public let operation: String
  /// The file or directory it was tried on.
  public let path: String
  /// The system's own words for why it failed.
  public let reason: String

  /// A failed step.
  public init(operation: String, path: String, reason: String) {
    self.operation = operation
    self.path = path
    self.reason = reason
  }

  /// One plain line.
  public var description: String { "cannot \(operation) \(path): \(reason)" }
}
