// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Where a JSON document was refused, and by which rule.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The rule that refused; the raw value says it in words.
  public enum Reason: String, Sendable {
    case tooLarge = "the document is larger than allowed"
    case tooDeep = "the nesting is deeper than allowed"
    case invalidUTF8 = "the text is not UTF-8"
    case unexpectedEnd = "the document ends too early"
    case unexpectedCharacter = "this character cannot stand here"
    case duplicateKey = "the key was given before in this object"
    case trailingData = "something follows the value"
    case invalidNumber = "the number is not written as JSON has it"
    case numberOutOfRange = "the number is too large"
    case controlCharacter = "a control character must be escaped"
    case invalidEscape = "the escape is not one of JSON's"
    case loneSurrogate = "half of a surrogate pair stands alone"
  }

  /// The rule that refused.
  public var reason: Reason
  /// Octets before the refused one.
  public var offset: Int
  /// 1-based.
  public var line: Int
  /// 1-based, in Unicode scalars.
  public var column: Int

  /// Position and rule in words, nothing of the document.
  public var description: String { "line \(line), column \(column): \(reason.rawValue)" }

  init(_ reason: Reason, at offset: Int, of octets: [UInt8]) {
    var line = 1
    var column = 1
    for octet in octets.prefix(offset) {
      if octet == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if octet & 0xC0 != 0x80 {
        column += 1
      }
    }
    self.reason = reason
    self.offset = offset
    self.line = line
    self.column = column
  }
}
