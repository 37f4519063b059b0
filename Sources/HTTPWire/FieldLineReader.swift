// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads one field line (RFC 9112 §5): no folding, no space before the colon, no stray CR, LF, NUL.
enum FieldLineReader {
  /// The input holds a whole line from `position` on; `position` moves behind its line end.
  static func read(
    _ input: Span<UInt8>, at position: inout Int, refusal: RequestRefusal
  ) throws(RequestRefusal) -> HeadIndex.Line {
    let start = position
    if input[start] == 0x20 || input[start] == 0x09 { throw .foldedField }
    while OctetClass.of(input[position]).contains(.token) { position += 1 }
    let name = OctetRange(start, position)
    guard name.count > 0, input[position] == 0x3A else { throw refusal }
    position += 1
    let valueStart = position
    var seen: UInt8 = 0
    while OctetClass.of(input[position]).contains(.fieldValue) {
      seen |= input[position]
      position += 1
    }
    let value = input.trimmed(OctetRange(valueStart, position))
    guard input[position] == 0x0D, input[position + 1] == 0x0A else { throw refusal }
    position += 2
    if seen >= 0x80, input.text(value) == nil { throw refusal }
    return HeadIndex.Line(name: name, value: value, known: KnownField(input, name))
  }
}
