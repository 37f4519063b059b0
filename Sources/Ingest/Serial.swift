// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a family of serial identifiers is spelled with.
public protocol SerialKind: Sendable {
  /// The letters before the underscore.
  static var prefix: String { get }
}

/// A number the store gave out, spelled with its kind: `sub_12`. Numbers rise; the store may skip some.
public struct Serial<Kind: SerialKind>: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number, from 1.
  public let number: Int64

  /// The identifier numbered `number`, which the store gave out.
  public init(number: Int64) {
    self.number = number
  }

  /// The identifier spelled by `text`; nil for another kind, a sign, a leading zero or a number out of range.
  public init?(_ text: String) {
    let head = Kind.prefix + "_"
    guard text.hasPrefix(head) else { return nil }
    let digits = text.dropFirst(head.count)
    guard let first = digits.utf8.first, first >= UInt8(ascii: "1"), first <= UInt8(ascii: "9") else {
      return nil
    }
    guard let number = Int64(digits) else { return nil }
    self.number = number
  }

  /// The public spelling.
  public var text: String { "\(Kind.prefix)_\(number)" }
  /// The public spelling.
  public var description: String { text }

  /// Whether `left` was given out before `right`.
  public static func < (left: Serial, right: Serial) -> Bool { left.number < right.number }
}

/// Submissions: `sub_1`.
public enum SubmissionKey: SerialKind {
  /// The letters before the underscore.
  public static let prefix = "sub"
}
/// Entries: `ent_1`.
public enum EntryKey: SerialKind {
  /// The letters before the underscore.
  public static let prefix = "ent"
}
/// Reviews: `rev_1`.
public enum ReviewKey: SerialKind {
  /// The letters before the underscore.
  public static let prefix = "rev"
}
/// Credentials: `crd_1`.
public enum CredentialKey: SerialKind {
  /// The letters before the underscore.
  public static let prefix = "crd"
}
/// Identifies a submission.
public typealias SubmissionID = Serial<SubmissionKey>
/// Identifies an entry.
public typealias EntryID = Serial<EntryKey>
/// Identifies a review.
public typealias ReviewID = Serial<ReviewKey>
/// Identifies a credential.
public typealias CredentialID = Serial<CredentialKey>
