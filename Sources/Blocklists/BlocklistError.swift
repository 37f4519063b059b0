// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a list or a delta was refused. Positions only, never a name, so that it may be logged.
public enum BlocklistError: Error, Hashable, Sendable {
  /// Not a list name: 1...64 lower-case letters, digits and single inner hyphens.
  case invalidListName
  /// The line with this number (from 1) of the text being parsed breaks a rule.
  case line(Int, LineRefusal)
  /// More entries than the limit.
  case tooManyEntries(limit: Int)
  /// A longer text than the limit, in octets.
  case tooManyOctets(limit: Int)
  /// The removal with this number (from 1) is not in the list the delta was applied to.
  case removesAbsentEntry(Int)
  /// The addition with this number (from 1) is in the list the delta was applied to.
  case addsPresentEntry(Int)
  /// The addition with this number (from 1) is covered by a subtree entry of the result.
  case addsCoveredEntry(Int)
  /// A subtree added by the delta covers an entry that the delta leaves in the list.
  case coversRemainingEntry
  /// The second delta does not start at the list where the first one ends.
  case notConsecutive
  /// The octet at this offset (from 0, of the part being read) of an update body breaks a rule.
  case update(at: Int, UpdateRefusal)
}

/// The rule that one line of a list or delta breaks.
public enum LineRefusal: String, CaseIterable, Hashable, Sendable {
  /// The text does not end in a line feed.
  case missingFinalLineFeed = "missing-final-line-feed"
  /// A line with nothing on it.
  case empty
  /// A carriage return.
  case carriageReturn = "carriage-return"
  /// Not the one canonical spelling of a name, with or without the leading dot.
  case notCanonical = "not-canonical"
  /// A line that sorts before the one above it.
  case notSorted = "not-sorted"
  /// The same line as the one above it.
  case duplicate
  /// A name that a subtree entry of the same list covers.
  case covered
  /// A line of a delta that starts with neither `-` nor `+`.
  case missingSign = "missing-sign"
  /// A removal after the first addition.
  case removalAfterAddition = "removal-after-addition"
  /// An entry both removed and added.
  case removedAndAdded = "removed-and-added"
}

extension BlocklistError: CustomStringConvertible {
  /// The text for people.
  public var description: String {
    switch self {
    case .invalidListName:
      "a list name is 1 to 64 lower-case letters, digits and single inner hyphens"
    case .line(let number, let refusal): "line \(number): \(refusal.rawValue)"
    case .tooManyEntries(let limit): "more than \(limit) entries"
    case .tooManyOctets(let limit): "more than \(limit) octets"
    case .removesAbsentEntry(let number): "removal \(number) is not in the list"
    case .addsPresentEntry(let number): "addition \(number) is in the list already"
    case .addsCoveredEntry(let number): "addition \(number) is covered by a subtree of the list"
    case .coversRemainingEntry: "an added subtree covers an entry that stays in the list"
    case .notConsecutive: "the second delta does not start where the first one ends"
    case .update(let offset, let refusal): "octet \(offset) of the update: \(refusal.rawValue)"
    }
  }
}
