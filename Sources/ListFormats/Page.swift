// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Collects the octets of a file.
struct Page {
  private(set) var octets: [UInt8] = []

  init(capacity: Int) { octets.reserveCapacity(capacity) }

  mutating func write(_ text: String) { octets.append(contentsOf: text.utf8) }

  mutating func write(_ slice: ArraySlice<UInt8>) { octets.append(contentsOf: slice) }
}
