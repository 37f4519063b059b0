// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a percent-encoded part of a request target cannot be read.
public enum PercentEncodingError: Error, Hashable, Sendable {
  /// `%` without two hexadecimal digits, at this octet offset.
  case incompleteTriplet(offset: Int)
  /// The decoded octets are not UTF-8.
  case invalidUTF8
  /// A decoded NUL or other control octet, or a slash hidden inside a segment.
  case forbiddenOctet(UInt8)
}

/// Percent-encoding of RFC 3986 §2.1.
public enum PercentEncoding {
  /// The decoded text of one segment or query part. `+` means a plus sign here.
  public static func decode(_ text: some StringProtocol) throws(PercentEncodingError) -> String {
    let octets = try octets(text)
    if let control = octets.first(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw .forbiddenOctet(control)
    }
    guard let decoded = String(validating: octets, as: UTF8.self) else { throw .invalidUTF8 }
    return decoded
  }

  /// The decoded octets, whatever they are. - Throws: `incompleteTriplet`.
  public static func octets(_ text: some StringProtocol) throws(PercentEncodingError) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(text.utf8.count)
    var rest = Array(text.utf8)[...]
    while let octet = rest.popFirst() {
      guard octet == UInt8(ascii: "%") else {
        octets.append(octet)
        continue
      }
      guard let high = rest.popFirst().flatMap(HTTPGrammar.hexValue),
        let low = rest.popFirst().flatMap(HTTPGrammar.hexValue)
      else { throw .incompleteTriplet(offset: octets.count) }
      octets.append(high << 4 | low)
    }
    return octets
  }
}
