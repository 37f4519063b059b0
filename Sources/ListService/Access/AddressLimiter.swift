// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import FoundationEssentials
internal import HTTPMessages
private import Synchronization

/// Buckets for requests of nobody in particular: one for each network address (an IPv6 network of 64 bits counts as one), and
/// one for all together. Each fills evenly over the hour.
package final class AddressLimiter: Sendable {
  private struct Bucket {
    var level: Double
    var at: Date

    /// Seconds to wait; nil when one was taken.
    mutating func take(_ perHour: Double, now: Date) -> Double? {
      level = min(perHour, level + max(0, now.timeIntervalSince(at)) * perHour / 3600)
      at = now
      guard level >= 1 else { return (1 - level) * 3600 / perHour }
      level -= 1
      return nil
    }
  }

  private struct State {
    var addresses: [String: Bucket] = [:]
    var all: Bucket
  }

  /// As many addresses are remembered as this; beyond it the bucket of all together limits alone.
  package static let rememberedAddresses = 10_000

  private let perAddress: Double
  private let inAll: Double
  private let state: Mutex<State>

  package init(perAddress: Int, inAll: Int, now: Date) {
    self.perAddress = Double(perAddress)
    self.inAll = Double(inAll)
    state = Mutex(State(all: Bucket(level: Double(inAll), at: now)))
  }

  /// - Throws: `rate-limited` with the seconds to wait.
  func take(_ address: String, now: Date) throws(Problem) {
    guard let wait = turn(of: address, now: now) else { return }
    throw Problem(.rateLimited, fields: ["Retry-After": String(max(1, Int(wait.rounded(.up))))])
  }

  /// Seconds to wait; nil when one was taken.
  package func turn(of address: String, now: Date) -> Double? {
    let network = Self.network(of: address)
    return state.withLock { state in
      if state.addresses.count >= Self.rememberedAddresses {
        let hourAgo = now.addingTimeInterval(-3600)
        state.addresses = state.addresses.filter { $0.value.at > hourAgo }
      }
      if state.addresses[network] != nil || state.addresses.count < Self.rememberedAddresses {
        var bucket = state.addresses[network] ?? Bucket(level: perAddress, at: now)
        let wait = bucket.take(perAddress, now: now)
        state.addresses[network] = bucket
        if let wait { return wait }
      }
      return state.all.take(inAll, now: now)
    }
  }

  /// An IPv4 address itself; of an IPv6 address its first 64 bits.
  static func network(of address: String) -> String {
    guard address.contains(":") else { return address }
    let bare = address.prefix { $0 != "%" }
    let halves = bare.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
    let left = halves[0].split(separator: ":")
    let right = halves.count == 2 ? halves[1].split(separator: ":") : []
    let zeros = Array(repeating: Substring("0"), count: max(0, 8 - left.count - right.count))
    return (left + zeros + right).prefix(4).joined(separator: ":")
  }
}
