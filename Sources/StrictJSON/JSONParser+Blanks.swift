// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension JSONParser {
  /// Past white space and, in JSON5, comments.
  mutating func skipBlanks() throws(JSONError) {
    while let octet = current {
      switch octet {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case UInt8(ascii: "/") where dialect == .json5: try skipComment()
      default: return
      }
    }
  }

  private mutating func skipComment() throws(JSONError) {
    let start = position
    position += 1
    if take("/") {
      while let octet = current, octet != 0x0A { position += 1 }
    } else if take("*") {
      while position + 1 < octets.count {
        if octets[position] == UInt8(ascii: "*"), octets[position + 1] == UInt8(ascii: "/") {
          position += 2
          return
        }
        position += 1
      }
      throw refusal(.unexpectedEnd, at: octets.count)
    } else {
      throw refusal(.unexpectedCharacter, at: start)
    }
  }
}
