// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Who takes how much of the room for what readers share.
struct SharedRoom {
  private struct Lone {
    let reader: String
    let cost: Int
  }

  /// What one reader may have asked for in vain and be remembered for.
  static let maximumWishes = 64

  private let capacity: Int
  private let share: Int
  private var used = 0
  /// What is kept for one reader alone, so far.
  private var lone: [AnyHashable: Lone] = [:]
  private var usedAlone: [String: Int] = [:]
  /// What was not kept, and who asked for it first.
  private var wishes: [AnyHashable: String] = [:]
  private var wishCount: [String: Int] = [:]

  init(capacity: Int, share: Int) {
    self.capacity = capacity
    self.share = share
  }

  /// Takes room for `thing`, which is not kept yet, if `reader` may have it, or somebody else has asked for it as well.
  mutating func take(_ thing: some Hashable, _ cost: Int, for reader: String) -> Bool {
    let thing = AnyHashable(thing)
    guard used + cost <= capacity else { return false }
    let alone = usedAlone[reader, default: 0]
    if let first = wishes[thing], first != reader {
      wishes[thing] = nil
      wishCount[first, default: 1] -= 1
    } else if alone + cost <= share {
      lone[thing] = Lone(reader: reader, cost: cost)
      usedAlone[reader] = alone + cost
    } else {
      wish(thing, of: reader)
      return false
    }
    used += cost
    return true
  }

  /// `reader` gets what is kept: it is no one's alone any more, unless it is this reader's.
  mutating func share(_ thing: some Hashable, with reader: String) {
    guard !lone.isEmpty, let kept = lone[AnyHashable(thing)], kept.reader != reader else { return }
    lone[AnyHashable(thing)] = nil
    usedAlone[kept.reader, default: kept.cost] -= kept.cost
  }

  private mutating func wish(_ thing: AnyHashable, of reader: String) {
    guard wishes[thing] == nil, wishCount[reader, default: 0] < Self.maximumWishes else { return }
    wishes[thing] = reader
    wishCount[reader, default: 0] += 1
  }
}
