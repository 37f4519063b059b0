// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc

/// Searching and comparing that stays fast without optimisation.
extension [UInt8] {
  /// Whether the octets from `start` on begin with those of `other`.
  func hasOctets(_ other: [UInt8], at start: Int) -> Bool {
    guard start >= 0, start + other.count <= count else { return false }
    return unsafe withUnsafeBytes { mine in
      unsafe other.withUnsafeBytes { theirs in
        guard let left = mine.baseAddress, let right = theirs.baseAddress else { return true }
        return unsafe memcmp(left + start, right, other.count) == 0
      }
    }
  }

  func endsWithOctets(_ other: [UInt8]) -> Bool { hasOctets(other, at: count - other.count) }

  /// Where `wanted` begins, searched for from `start`.
  func firstOffset(of wanted: [UInt8], from start: Int = 0) -> Int? {
    var position = start
    while position + wanted.count <= count, let next = firstOffset(of: wanted[0], from: position) {
      if hasOctets(wanted, at: next) { return next }
      position = next + 1
    }
    return nil
  }

  private func firstOffset(of octet: UInt8, from start: Int) -> Int? {
    unsafe withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, Int32(octet), count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}

extension String {
  /// How often `text` occurs, not overlapping.
  func components(of text: String) -> Int {
    let octets = Array(utf8)
    let wanted = Array(text.utf8)
    var count = 0
    var position = 0
    while let found = octets.firstOffset(of: wanted, from: position) {
      count += 1
      position = found + wanted.count
    }
    return count
  }
}
