// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a value has no canonical form.
public enum CanonicalJSONError: Error, Hashable, Sendable {
  /// Canonical JSON has whole numbers only.
  case fractionalNumber
}

extension JSONValue {
  /// The OLPC canonical form that TUF signs: no white space, keys sorted by code point, strings raw but
  /// for `"` and `\`, whole numbers only.
  ///
  /// - Throws: ``CanonicalJSONError/fractionalNumber``.
  public func canonicalEncoded() throws(CanonicalJSONError) -> [UInt8] {
    var octets: [UInt8] = []
    try writeCanonical(into: &octets)
    return octets
  }

  private func writeCanonical(into octets: inout [UInt8]) throws(CanonicalJSONError) {
    switch self {
    case .null: octets.append(contentsOf: "null".utf8)
    case .bool(let flag): octets.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let integer): octets.append(contentsOf: String(integer).utf8)
    case .number: throw .fractionalNumber
    case .string(let string): Self.writeCanonical(string, into: &octets)
    case .array(let elements):
      octets.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { octets.append(UInt8(ascii: ",")) }
        try element.writeCanonical(into: &octets)
      }
      octets.append(UInt8(ascii: "]"))
    case .object(let object):
      let members = object.members.sorted {
        $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars)
      }
      octets.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { octets.append(UInt8(ascii: ",")) }
        Self.writeCanonical(member.key, into: &octets)
        octets.append(UInt8(ascii: ":"))
        try member.value.writeCanonical(into: &octets)
      }
      octets.append(UInt8(ascii: "}"))
    }
  }

  private static func writeCanonical(_ string: String, into octets: inout [UInt8]) {
    octets.append(UInt8(ascii: "\""))
    for octet in string.utf8 {
      if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") {
        octets.append(UInt8(ascii: "\\"))
      }
      octets.append(octet)
    }
    octets.append(UInt8(ascii: "\""))
  }
}
