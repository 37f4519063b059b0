// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One field line: a name and its value (RFC 9110 §5.1).
public struct HTTPField: Hashable, Sendable {
  /// The name as written; compared without regard to case.
  public let name: String
  /// The value without surrounding whitespace.
  public let value: String

  /// A line as given; see `isWellFormed`.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Whether the line may go on the wire: a token and a value that cannot end the line early.
  public var isWellFormed: Bool {
    !name.isEmpty && name.utf8.allSatisfy(HTTPGrammar.isTokenOctet)
      && value.utf8.allSatisfy(HTTPGrammar.isFieldValueOctet)
  }
}
