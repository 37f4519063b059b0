// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import FoundationEssentials
internal import Ingest
private import Synchronization

/// A bucket of requests for each principal, filled evenly over the minute.
final class RateLimiter: Sendable {
  private struct Bucket {
    var level: Double
    var at: Date
  }

  private let perMinute: Double
  /// As many buckets as principals that ever asked: bounded by those on record.
  private let buckets = Mutex<[PrincipalID: Bucket]>([:])

  init(perMinute: Int) { self.perMinute = Double(perMinute) }

  /// Takes `count` requests, or as many as a minute holds.
  ///
  /// - Throws: `rate-limited` with the seconds to wait.
  func take(_ principal: PrincipalID, _ count: Int = 1, now: Date) throws(Problem) {
    let wanted = min(Double(count), perMinute)
    let wait: Double = buckets.withLock { buckets in
      var bucket = buckets[principal] ?? Bucket(level: perMinute, at: now)
      let passed = max(0, now.timeIntervalSince(bucket.at))
      bucket.level = min(perMinute, bucket.level + passed * perMinute / 60)
      bucket.at = now
      defer { buckets[principal] = bucket }
      guard bucket.level >= wanted else { return (wanted - bucket.level) * 60 / perMinute }
      bucket.level -= wanted
      return 0
    }
    guard wait > 0 else { return }
    throw Problem(.rateLimited, fields: ["Retry-After": String(max(1, Int(wait.rounded(.up))))])
  }
}
