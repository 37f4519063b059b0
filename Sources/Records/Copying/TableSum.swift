// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography

/// SHA-256 over the rows of a table: each value by its kind, its length and its octets, so that no two tables look alike.
struct TableSum {
  private(set) var rows = 0
  private var sum = SHA256Digest(hashing: [])
  private var octets: [UInt8] = []

  mutating func add(_ added: [[StoredValue]]) {
    octets.removeAll(keepingCapacity: true)
    octets += sum.octets
    for row in added {
      for value in row { append(value) }
    }
    sum = SHA256Digest(hashing: octets)
    rows += added.count
  }

  /// The digest over all that was added, in chunks as they were added, and the last number given.
  func closed(by last: Int64) -> SHA256Digest {
    var closing = self
    closing.add([[.integer(Int64(rows)), .integer(last)]])
    return closing.sum
  }

  private mutating func append(_ value: StoredValue) {
    switch value {
    case .integer(let number): append(1, Self.octets(of: UInt64(bitPattern: number)))
    case .text(let text): append(2, Array(text.utf8))
    case .octets(let octets): append(3, octets)
    case .null: append(4, [])
    }
  }

  private mutating func append(_ kind: UInt8, _ value: [UInt8]) {
    octets.append(kind)
    octets += Self.octets(of: UInt64(value.count))
    octets += value
  }

  private static func octets(of number: UInt64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
  }
}
