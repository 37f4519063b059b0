// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The few octets that list texts are made of.
enum Octet {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let dot = UInt8(ascii: ".")
  static let hyphen = UInt8(ascii: "-")
  static let plus = UInt8(ascii: "+")

  static func isDigit(_ octet: UInt8) -> Bool { octet &- 0x30 < 10 }
  static func isLowerLetter(_ octet: UInt8) -> Bool { octet &- 0x61 < 26 }
  static func isLowerLetterOrDigit(_ octet: UInt8) -> Bool { isDigit(octet) || isLowerLetter(octet) }
}
