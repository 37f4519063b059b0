// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Synchronization

/// For whom octets are held.
struct Holder: Hashable {
  /// The place of its address; nil for one that is not counted.
  var bucket: Int?
  /// Whether it brought a client certificate, or was answered as somebody.
  var isKnown = false
}

/// Octets that are there for single peers, over all reactors, without a lock.
final class HeldOctets: Sendable {
  let all = Atomic<Int>(0)
  let ofStrangers = Atomic<Int>(0)
  private let byAddress = AddressLoad()

  /// Counts `growth` more.
  func add(_ growth: Int, for holder: Holder) {
    guard growth != 0 else { return }
    all.add(growth, ordering: .relaxed)
    if !holder.isKnown { ofStrangers.add(growth, ordering: .relaxed) }
    if let bucket = holder.bucket { byAddress.add(growth, to: bucket) }
  }

  /// What so many more for `holder` would pass; nil if they may be.
  func limitPassed(by octets: Int, for holder: Holder, _ limits: ServerLimits) -> EngineLimit? {
    guard all.value + octets <= limits.heldOctets else { return .heldOctets }
    if let bucket = holder.bucket, byAddress.count(of: bucket) + octets > limits.heldOctetsPerAddress {
      return .heldOctetsPerAddress
    }
    guard holder.isKnown || ofStrangers.value + octets <= limits.heldOctetsOfStrangers else {
      return .heldOctetsOfStrangers
    }
    return nil
  }

  /// How many more there may be for `holder`.
  func room(for holder: Holder, _ limits: ServerLimits) -> Int {
    var room = limits.heldOctets - all.value
    if let bucket = holder.bucket {
      room = min(room, limits.heldOctetsPerAddress - byAddress.count(of: bucket))
    }
    if !holder.isKnown { room = min(room, limits.heldOctetsOfStrangers - ofStrangers.value) }
    return max(0, room)
  }
}
