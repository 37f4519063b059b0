// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a deployment accepts as a name: the same rules for the service, the command line and the tests.
public struct NameRules: Sendable {
  /// Whether names reserved for documentation and testing (`.example`, `.test`, `.invalid`, `example.com`, `example.net`,
  /// `example.org`) may be listed: an exercise says yes, a real list never.
  public let allowsReservedNames: Bool
  /// The public suffix list in force.
  public let publicSuffixes: PublicSuffixes

  /// Rules with the library's own public suffix list unless another is given.
  public init(allowsReservedNames: Bool = false, publicSuffixes: PublicSuffixes = .builtin) {
    self.allowsReservedNames = allowsReservedNames
    self.publicSuffixes = publicSuffixes
  }
}
