// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Percent-encodes everything but RFC 3986 unreserved characters.
package func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for octet in text.utf8 {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      encoded.unicodeScalars.append(Unicode.Scalar(octet))
    default:
      encoded += "%" + (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: true)
    }
  }
  return encoded
}
