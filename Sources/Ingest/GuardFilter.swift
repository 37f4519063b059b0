// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Synchronization

/// Says of a line at once that no guard can concern it, which is so of nearly all: a Bloom filter (Bloom 1970) of the guarded
/// names and one of the names above them, with 32 bits and two probes a name.
struct GuardFilter: Sendable {
  private var names: Bits
  private var parents: Bits

  init(_ slab: GuardSlab) {
    names = Bits(members: slab.count)
    parents = Bits(members: slab.count)
    for index in 0..<slab.count { insert(slab.key(index)) }
  }

  /// Whether a guarded name may be the name of `line`, above it or, if `line` is of a subtree, below it. Never wrongly false.
  ///
  /// - Parameter line: an entry's text.
  func concerns(_ line: Span<UInt8>) -> Bool {
    let isSubtree = line.count > 0 && line[0] == Self.dot
    return concerns(line, from: isSubtree ? 1 : 0, isSubtree: isSubtree)
  }

  /// The same of an entry in its parts.
  func concerns(_ name: Span<UInt8>, isSubtree: Bool) -> Bool {
    concerns(name, from: 0, isSubtree: isSubtree)
  }

  @inline(__always)
  private func concerns(_ line: Span<UInt8>, from start: Int, isSubtree: Bool) -> Bool {
    var hash = Self.seed
    var index = line.count
    while index > start {
      index -= 1
      if line[index] == Self.dot, names.contains(hash) { return true }
      hash = Self.mixed(hash, line[index])
    }
    return names.contains(hash) || isSubtree && parents.contains(hash)
  }

  // From the last octet to the first, as `concerns` walks a line.
  private mutating func insert(_ key: ArraySlice<UInt8>) {
    var hash = Self.seed
    var start = key.startIndex
    while true {
      let end = key[start...].firstIndex(of: GuardSlab.separator) ?? key.endIndex
      for octet in key[start..<end].reversed() { hash = Self.mixed(hash, octet) }
      guard end < key.endIndex else { break }
      parents.insert(hash)
      hash = Self.mixed(hash, Self.dot)
      start = end + 1
    }
    names.insert(hash)
  }

  private static let dot = UInt8(ascii: ".")

  // FNV-1a, of 64 bits.
  private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
  @inline(__always)
  private static func mixed(_ hash: UInt64, _ octet: UInt8) -> UInt64 {
    (hash ^ UInt64(octet)) &* 0x0000_0100_0000_01B3
  }
}

/// The bits of one filter.
private struct Bits: Sendable {
  private var words: [UInt64]
  private let shift: UInt64

  /// Room for `members`, at 32 bits each or more; at most 128 MiB in all.
  init(members: Int) {
    var bits: UInt64 = 10
    while bits < 30, 1 << bits < 32 * members { bits += 1 }
    words = [UInt64](repeating: 0, count: 1 << Int(bits - 6))
    shift = 64 - bits
  }

  @inline(__always)
  private func places(_ hash: UInt64) -> (Int, Int) {
    // The high bits of a product depend on all bits below them (Knuth, volume 3, 6.4).
    (
      Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) &>> shift),
      Int(truncatingIfNeeded: ((hash ^ hash &>> 32) &* 0xC2B2_AE3D_27D4_EB4F) &>> shift)
    )
  }

  mutating func insert(_ hash: UInt64) {
    let (one, other) = places(hash)
    words[one >> 6] |= 1 << UInt64(one & 63)
    words[other >> 6] |= 1 << UInt64(other & 63)
  }

  func contains(_ hash: UInt64) -> Bool {
    let (one, other) = places(hash)
    return words[one >> 6] >> UInt64(one & 63) & 1 == 1 && words[other >> 6] >> UInt64(other & 63) & 1 == 1
  }
}

/// A filter that is made when it is first asked for: most lists of guards are only steps to another. Asked by many threads at once.
final class GuardFilterBox: Sendable {
  private final class Made: Sendable {
    let filter: GuardFilter

    init(_ filter: GuardFilter) { self.filter = filter }
  }

  private let made = AtomicLazyReference<Made>()
  private let making = Mutex(())

  func filter(of slab: GuardSlab) -> GuardFilter {
    if let made = made.load() { return made.filter }
    return making.withLock { _ in
      if let made = made.load() { return made.filter }
      return made.storeIfNil(Made(GuardFilter(slab))).filter
    }
  }
}
