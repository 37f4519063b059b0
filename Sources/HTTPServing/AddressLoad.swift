// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Synchronization

/// How many connections each address has open, over all reactors, without a lock: a fixed table of
/// counters under a secret hash. Two addresses may share a counter; at this size that is rare.
@safe final class AddressLoad: @unchecked Sendable {
  static let size = 1 << 14
  /// Atomics in stable memory; allocated in `init`, freed in `deinit`, touched only atomically.
  private let counters: UnsafeMutablePointer<Atomic<Int>>
  private let secret = UInt64.random(in: .min ... .max)

  init() {
    unsafe counters = .allocate(capacity: Self.size)
    for index in 0..<Self.size { unsafe (counters + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe counters.deinitialize(count: Self.size)
    unsafe counters.deallocate()
  }

  /// Which counter stands for a network number.
  func bucket(of network: UInt64) -> Int {
    var hash = (network ^ secret) &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 32
    hash = hash &* 0xD6E8_FEB8_6659_FD93
    return Int(truncatingIfNeeded: hash >> 40) & (Self.size - 1)
  }

  /// Counts one more, unless the address already has `limit`.
  func enter(_ bucket: Int, limit: Int) -> Bool {
    let before = unsafe counters[bucket].add(1, ordering: .relaxed).oldValue
    guard before >= limit else { return true }
    leave(bucket)
    return false
  }

  /// Counts so many more of something; the sum.
  @discardableResult
  func add(_ amount: Int, to bucket: Int) -> Int {
    unsafe counters[bucket].add(amount, ordering: .relaxed).newValue
  }

  func count(of bucket: Int) -> Int { unsafe counters[bucket].load(ordering: .relaxed) }

  func leave(_ bucket: Int) { unsafe counters[bucket].subtract(1, ordering: .relaxed) }
}
