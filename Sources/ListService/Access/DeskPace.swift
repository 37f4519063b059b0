// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest

/// How often one person may change something, have names revealed, and how often a reader's machines may tell back what they run, lest a
/// stolen token walks through the registry or keeps it writing: three buckets for each, beside the one of submissions. Each process
/// counts by itself.
struct DeskPace: Sendable {
  private let changes: RateLimiter
  private let tellings: RateLimiter
  private let reveals: RateLimiter
  private let metrics: ServiceMetrics

  init(_ desk: ServiceConfiguration.Desk, _ metrics: ServiceMetrics) {
    changes = RateLimiter(perMinute: desk.changesPerMinute)
    tellings = RateLimiter(perMinute: desk.receiptsPerMinute)
    reveals = RateLimiter(perMinute: desk.revealsPerMinute)
    self.metrics = metrics
  }

  /// - Throws: `rate-limited` with the seconds to wait.
  func take(_ route: Route, _ exchange: Exchange) throws(Problem) {
    guard let person = exchange.principal?.id, route.isPaced else { return }
    if route.isMutating {
      switch route.pace {
      case .changes: try take(changes, "changes", person, 1, exchange.now)
      case .tellings: try take(tellings, "receipts", person, 1, exchange.now)
      case .itsOwn: break
      }
    } else if route.revealsNames || exchange.flag(QueryParameter.reveal.name) {
      let isPaged = route.query.contains { $0.name == "limit" }
      let pages = isPaged ? (exchange.limit() + Self.namesTogether - 1) / Self.namesTogether : 1
      try take(reveals, "reveals", person, pages, exchange.now)
    }
  }

  /// A longer page counts as several.
  static let namesTogether = 100

  private func take(
    _ limiter: RateLimiter, _ name: String, _ person: PrincipalID, _ count: Int, _ now: Date
  ) throws(Problem) {
    do throws(Problem) { try limiter.take(person, count, now: now) } catch {
      metrics.countLimited(name)
      throw error
    }
  }
}
