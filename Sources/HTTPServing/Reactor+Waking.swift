// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension Reactor {
  /// Something that parked requests wait for may have happened.
  func requestWaking() { waking.request() }

  /// Goes on with the pass over parked requests, if one is wanted.
  func wakeParked() {
    guard waking.isUnderWay else { return }
    if waking.wantsTokens {
      // What a quiet reactor remembers of an earlier release would otherwise stay until somebody asks.
      memo.expire(core.responder.epoch)
      waking.begin(parkedTokens, now: now)
    }
    for token in waking.due(now: now) { handle(token) { $0.resume(isOver: false, on: self) } }
  }

  private var parkedTokens: [UInt64] {
    guard waking.parkedCount > 0 else { return [] }
    return table.tokens.filter { token in
      guard let slot = unsafe table.find(token) else { return false }
      return unsafe slot.pointee.parked != nil || (slot.pointee.http2?.parkedCount ?? 0) > 0
    }
  }
}
