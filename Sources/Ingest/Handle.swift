// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A short stable word for a person's account or an agency: lower-case letters, digits and single hyphens, 1...64.
public struct Handle<Kind>: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The word.
  public let text: String

  /// The handle spelled by `text`; nil unless it keeps the spelling above.
  public init?(_ text: String) {
    let octets = Array(text.utf8)
    guard (1...64).contains(octets.count), octets.first != Self.hyphen, octets.last != Self.hyphen else {
      return nil
    }
    for (index, octet) in octets.enumerated() {
      switch octet {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
      case Self.hyphen where octets[index - 1] != Self.hyphen: continue
      default: return nil
      }
    }
    self.text = text
  }

  /// The word.
  public var description: String { text }

  /// Whether `left` comes before `right` in the alphabet.
  public static func < (left: Handle, right: Handle) -> Bool { left.text < right.text }

  private static var hyphen: UInt8 { UInt8(ascii: "-") }
}

/// Marks a handle as an agency's.
public enum AgencyKey {}
/// Marks a handle as a person's (or a machine's) account.
public enum PrincipalKey {}
/// The handle of an agency.
public typealias AgencyID = Handle<AgencyKey>
/// The handle of a principal.
public typealias PrincipalID = Handle<PrincipalKey>
