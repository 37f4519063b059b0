// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The number of a release: 1, 2, 3 … without gaps; 0 stands for the empty list before the first release.
public struct ListVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The state before the first release.
  public static let unreleased = ListVersion(0)

  /// The number itself.
  public let number: UInt64

  /// The version numbered `number`.
  public init(_ number: UInt64) {
    self.number = number
  }

  /// The version spelled in decimal digits without sign, space or leading zero; nil for anything else.
  public init?(parsing text: some StringProtocol) {
    guard text == "0" || !text.hasPrefix("0"), text.utf8.allSatisfy(Octet.isDigit), let number = UInt64(text)
    else { return nil }
    self.number = number
  }

  /// The version after this one.
  public var next: ListVersion { ListVersion(number + 1) }

  /// The text for people.
  public var description: String { String(number) }

  /// Order by octets.
  public static func < (left: ListVersion, right: ListVersion) -> Bool { left.number < right.number }
}
