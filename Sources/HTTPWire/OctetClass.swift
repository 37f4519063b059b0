// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Which sets of octets an octet belongs to, by one table look-up.
struct OctetClass: OptionSet {
  let rawValue: UInt8

  /// RFC 9110 §5.6.2.
  static let token = OctetClass(rawValue: 1)
  /// RFC 9110 §5.5: visible, space, tab, obs-text.
  static let fieldValue = OctetClass(rawValue: 2)
  /// RFC 3986 §3.3 `pchar` without the percent sign.
  static let path = OctetClass(rawValue: 4)
  /// A host name's letters, digits, hyphen, dot and underscore.
  static let hostName = OctetClass(rawValue: 8)
  static let hexDigit = OctetClass(rawValue: 16)
  static let digit = OctetClass(rawValue: 32)

  static func of(_ octet: UInt8) -> OctetClass { OctetClass(rawValue: table[Int(octet)]) }

  private static let table: [UInt8] = (0...255).map { describe(UInt8($0)).rawValue }

  private static func describe(_ octet: UInt8) -> OctetClass {
    var classes: OctetClass = []
    let isDigit = octet >= 0x30 && octet <= 0x39
    let lower = octet | 0x20
    let isLetter = lower >= 0x61 && lower <= 0x7A
    let isAlphanumeric = isDigit || isLetter
    if isDigit { classes.insert(.digit) }
    if isDigit || (isLetter && lower <= 0x66) { classes.insert(.hexDigit) }
    if isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(octet) { classes.insert(.token) }
    if octet >= 0x20 && octet != 0x7F || octet == 0x09 { classes.insert(.fieldValue) }
    if isAlphanumeric || "-._~!$&'()*+,;=:@".utf8.contains(octet) { classes.insert(.path) }
    if isAlphanumeric || "-._".utf8.contains(octet) { classes.insert(.hostName) }
    return classes
  }
}
