// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Synchronization

/// How fast each address may begin something, over all reactors, without a lock: for each place of `AddressLoad` the
/// time at which its allowance would be whole again (the generic cell rate algorithm, ITU-T I.371).
@safe final class AddressPace: @unchecked Sendable {
  /// Microseconds. Atomics in stable memory; allocated in `init`, freed in `deinit`, touched only atomically.
  private let whole: UnsafeMutablePointer<Atomic<UInt64>>
  private let interval: UInt64
  private let patience: UInt64

  init(perSecond: Int, burst: Int) {
    interval = UInt64(1_000_000 / max(1, min(perSecond, 1_000_000)))
    patience = interval * UInt64(max(1, burst) - 1)
    unsafe whole = .allocate(capacity: AddressLoad.size)
    for index in 0..<AddressLoad.size { unsafe (whole + index).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe whole.deinitialize(count: AddressLoad.size)
    unsafe whole.deallocate()
  }

  /// Counts one more, unless the address has used up its allowance.
  func enter(_ bucket: Int, now milliseconds: UInt64) -> Bool {
    let now = milliseconds * 1000
    var seen = unsafe whole[bucket].load(ordering: .relaxed)
    while true {
      let start = max(seen, now)
      guard start - now <= patience else { return false }
      let result = unsafe whole[bucket].compareExchange(
        expected: seen, desired: start + interval, ordering: .relaxed)
      if result.exchanged { return true }
      seen = result.original
    }
  }
}
