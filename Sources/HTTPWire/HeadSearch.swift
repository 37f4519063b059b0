// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Finds the empty line that ends a head, over any number of reads, looking at no octet twice.
struct HeadSearch: Sendable {
  private var scanned = 0
  private var lineStart = 0
  private var requestLineEnd = 0

  var hasBegun: Bool { scanned > 0 }

  /// - Returns: the head's length with its empty line; nil while it is not whole.
  /// - Throws: as soon as the part there is shows that no good head can follow.
  mutating func end(
    in input: Span<UInt8>, limits: MessageLimits
  ) throws(RequestRefusal) -> Int? {
    if scanned == 0, !input.isEmpty, !OctetClass.of(input[0]).contains(.token) {
      throw .malformedRequestLine
    }
    let count = input.count
    var position = scanned
    while position < count {
      if input[position] == 0x0A {
        guard position > lineStart, input[position - 1] == 0x0D else { throw .bareLineFeed }
        if position - 1 == lineStart { return position + 1 }
        if requestLineEnd == 0 { requestLineEnd = position + 1 }
        lineStart = position + 1
      }
      position += 1
    }
    scanned = position
    // One octet more than fits shows the limit passed; the CR of the line end is not counted.
    if requestLineEnd == 0 {
      guard count <= limits.requestLineOctets + 1 else { throw .requestLineTooLong }
    } else {
      guard requestLineEnd <= limits.requestLineOctets + 2 else { throw .requestLineTooLong }
      guard count - requestLineEnd <= limits.headerOctets + 1 else { throw .headerTooLarge }
    }
    return nil
  }
}
