// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Synchronization

/// How often one reactor saw each limit reached. Only its reactor writes, anyone may read.
@safe final class LimitTally: @unchecked Sendable {
  /// Atomics in stable memory; allocated in `init`, freed in `deinit`, touched only atomically.
  private let counts: UnsafeMutablePointer<Atomic<Int>>

  init() {
    unsafe counts = .allocate(capacity: EngineLimit.allCases.count)
    for limit in EngineLimit.allCases { unsafe (counts + limit.position).initialize(to: Atomic(0)) }
  }

  deinit {
    unsafe counts.deinitialize(count: EngineLimit.allCases.count)
    unsafe counts.deallocate()
  }

  func bump(_ limit: EngineLimit) { unsafe counts[limit.position].bump() }

  func add(to sum: inout [EngineLimit: Int]) {
    for limit in EngineLimit.allCases { sum[limit, default: 0] += unsafe counts[limit.position].value }
  }
}
