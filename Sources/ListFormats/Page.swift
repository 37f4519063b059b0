// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Collects the octets of a file.
struct Page {
  private(set) var octets: [UInt8] = []

  init(capacity: Int) { octets.reserveCapacity(capacity) }

  mutating func write(text: String) { octets.append(contentsOf: text.utf8) }

  /// What stands in the program is copied as it is, which a string is not: most of a file is this and names.
  @inline(__always)
  mutating func write(_ text: StaticString) {
    // The octets of a constant never move or end.
    unsafe octets.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  mutating func write(_ piece: [UInt8]) { octets.append(contentsOf: piece) }

  @inline(__always)
  mutating func write(_ slice: ArraySlice<UInt8>) { octets.append(contentsOf: slice) }
}
