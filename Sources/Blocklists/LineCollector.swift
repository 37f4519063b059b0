// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Collects lines that are already in order.
struct LineCollector {
  private(set) var octets: [UInt8] = []
  private(set) var count = 0

  init(capacity: Int = 0) { octets.reserveCapacity(capacity) }

  /// The lines collected.
  var lines: EntryLines { EntryLines(proven: octets, count: count) }

  /// Takes one line, line feed included.
  mutating func append(_ line: ArraySlice<UInt8>) {
    octets.append(contentsOf: line)
    count += 1
  }

  /// Takes whole lines that the caller counts.
  mutating func append(run: ArraySlice<UInt8>) { octets.append(contentsOf: run) }
}
