// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A run of octets inside the input, as offsets from its start; half the size of `Range<Int>`.
package struct OctetRange: Hashable, Sendable {
  package var start: UInt32
  package var end: UInt32

  init(_ start: Int, _ end: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
  }

  package var range: Range<Int> { Int(start)..<Int(end) }
  package var count: Int { Int(end) - Int(start) }
}

extension Span<UInt8> {
  /// Whether the octets of `range`, in lower case, are those of `text`, which must be lower case.
  func equalsLowercased(_ range: OctetRange, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    let pointer = unsafe text.utf8Start
    for offset in 0..<range.count {
      // The static text is as long as the range, so the read stays inside it.
      let expected = unsafe pointer[offset]
      let octet = self[Int(range.start) + offset]
      let lowered = octet >= 0x41 && octet <= 0x5A ? octet | 0x20 : octet
      if lowered != expected { return false }
    }
    return true
  }

  /// `range` as text; nil unless it is UTF-8.
  func text(_ range: OctetRange) -> String? {
    let part = extracting(range.range)
    do {
      return String(copying: try UTF8Span(validating: part))
    } catch {
      return nil
    }
  }

  /// `range` without spaces and tabs at its ends.
  func trimmed(_ range: OctetRange) -> OctetRange {
    var start = Int(range.start)
    var end = Int(range.end)
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return OctetRange(start, end)
  }
}

extension [UInt8] {
  /// Appends the octets of a span.
  package mutating func append(copying span: Span<UInt8>) {
    // The pointer does not leave the closure.
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
