// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension JSONValue {
  /// The value as JSON text, members in their order; `pretty` indents by two and ends with a line feed.
  ///
  /// A number that is not finite, which parsing never yields, is written as `null`.
  public func encoded(pretty: Bool = false) -> [UInt8] {
    var writer = JSONWriter(isPretty: pretty)
    writer.write(self, indent: 0)
    if pretty { writer.octets.append(0x0A) }
    return writer.octets
  }
}

extension JSONValue {
  /// Appends the value as JSON text, as `encoded()` gives it.
  public func write(to octets: inout [UInt8]) {
    var writer = JSONWriter(octets: octets, isPretty: false)
    octets = []
    writer.write(self, indent: 0)
    octets = writer.octets
  }
}

/// Appends JSON text to a buffer.
private struct JSONWriter {
  var octets: [UInt8] = []
  let isPretty: Bool

  mutating func write(_ value: JSONValue, indent: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .integer(let integer): append(String(integer))
    case .number(let number): append(number.isFinite ? number.description : "null")
    case .string(let string): write(string)
    case .array(let elements):
      bracketed("[", "]", count: elements.count, indent: indent) { writer, index in
        writer.write(elements[index], indent: indent + 1)
      }
    case .object(let object):
      let members = object.members
      bracketed("{", "}", count: members.count, indent: indent) { writer, index in
        writer.write(members[index].key)
        writer.append(writer.isPretty ? ": " : ":")
        writer.write(members[index].value, indent: indent + 1)
      }
    }
  }

  private mutating func bracketed(
    _ open: String, _ close: String, count: Int, indent: Int,
    element: (inout JSONWriter, Int) -> Void
  ) {
    append(open)
    for index in 0..<count {
      if index > 0 { append(",") }
      newLine(indent: indent + 1)
      element(&self, index)
    }
    if count > 0 { newLine(indent: indent) }
    append(close)
  }

  private mutating func newLine(indent: Int) {
    guard isPretty else { return }
    octets.append(0x0A)
    octets.append(contentsOf: repeatElement(0x20, count: indent * 2))
  }

  private mutating func append(_ text: String) { octets.append(contentsOf: text.utf8) }

  private mutating func write(_ string: String) {
    octets.append(UInt8(ascii: "\""))
    for octet in string.utf8 {
      switch octet {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        octets.append(UInt8(ascii: "\\"))
        octets.append(octet)
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20:
        append(octet < 0x10 ? "\\u000" : "\\u00")
        append(String(octet, radix: 16))
      default: octets.append(octet)
      }
    }
    octets.append(UInt8(ascii: "\""))
  }
}
