// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Collects the octets of a file, and hands them on now and then if somebody wants them before the end.
struct Page {
  private(set) var octets: [UInt8] = []
  private let take: ((ArraySlice<UInt8>) -> Void)?

  private static let handedOn = 1 << 18

  init(capacity: Int, take: ((ArraySlice<UInt8>) -> Void)? = nil) {
    self.take = take
    octets.reserveCapacity(take == nil ? capacity : Self.handedOn + 4096)
  }

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
  mutating func write(_ name: Span<UInt8>) {
    // The pointer is used during the call only.
    unsafe name.withUnsafeBufferPointer { unsafe octets.append(contentsOf: $0) }
  }

  mutating func write(_ slice: ArraySlice<UInt8>) { octets.append(contentsOf: slice) }

  /// Hands on what has been written, when it is much.
  mutating func flushIfFull() { if octets.count >= Self.handedOn { flush() } }

  /// Hands on what has been written.
  mutating func flush() {
    guard let take, !octets.isEmpty else { return }
    take(octets[...])
    octets.removeAll(keepingCapacity: true)
  }
}
