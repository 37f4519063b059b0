// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The rule that an update body breaks (`docs/protocol.md`, "Updates in one body").
public enum UpdateRefusal: String, CaseIterable, Hashable, Sendable {
  /// It does not begin as an update of this version does.
  case notAnUpdate = "not-an-update"
  /// It ends too early.
  case incomplete
  /// A number that is not spelled in its shortest form, or does not fit 64 bits.
  case misspelledNumber = "misspelled-number"
  /// A section or file that comes twice or out of order.
  case notInOrder = "not-in-order"
  /// A section that this program does not know and may not skip.
  case unknownSection = "unknown-section"
  /// A coding that this program does not know, or that this section may not have.
  case unknownCoding = "unknown-coding"
  /// A section that says nothing.
  case empty
  /// More octets than the limit.
  case tooLong = "too-long"
  /// More lines, files or groups than the limit, or than there can be.
  case tooMany = "too-many"
  /// The packed octets do not unpack to what was said.
  case damaged
  /// A way to spell it that is not the one way.
  case notCanonical = "not-canonical"
  /// Octets after the end.
  case trailingOctets = "trailing-octets"
  /// It leads from another release than the one held.
  case otherRelease = "other-release"
  /// A removal beyond the end of the list held.
  case noSuchEntry = "no-such-entry"
}
