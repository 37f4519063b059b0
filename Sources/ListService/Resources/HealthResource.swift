// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
internal import Publication
internal import FoundationEssentials
internal import HTTPMessages
internal import Records
internal import StrictJSON

/// For those who watch the service: alive, ready, measured.
struct HealthResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/healthz"), operation: "health",
        summary: "Whether the process answers",
        access: .anyone, answers: [.init(status: .ok, schema: "Status", meaning: "it does")],
        work: Route.ready { (_) throws(Problem) in Answers.json(["status": "ok"]) }),
      Route(
        method: .get, pattern: PathPattern("/readyz"), operation: "readiness",
        summary: "Whether the service can do its work", access: .anyone,
        answers: [
          .init(
            status: .ok, schema: "Readiness", meaning: "it can; `alarms` names roles that need attention"),
          .init(status: .serviceUnavailable, schema: "Readiness", meaning: "`reason` says why not"),
        ], work: Route.later(readiness)),
      Route(
        method: .get, pattern: PathPattern("/metrics"), operation: "metrics", summary: "Prometheus text",
        access: .loopbackOr(.metrics),
        answers: [.init(status: .ok, types: ["text/plain"], meaning: "the metrics")],
        work: Route.later { (exchange) async throws(Problem) in try metrics(exchange) }),
    ]
  }

  /// How much of a timestamp's lifetime must be left in every role: less, and followers are about to be left behind.
  private static let leastShareOfTimestamp = 0.1

  private func readiness(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let alarms =
      context.published.repository.alarms(
        at: exchange.now, lifetimes: context.configuration.publication.lifetimes)
      + context.machineAlarms(exchange.now)
    let told = JSONValue.array(alarms.map { Self.render($0, at: exchange.now) })
    guard let reason = await obstacle(exchange.now) else {
      return Answers.json(["status": alarms.isEmpty ? "ok" : "alarm", "alarms": told])
    }
    return Answers.json(
      ["status": "unavailable", "reason": .string(reason), "alarms": told], status: .serviceUnavailable)
  }

  private static func render(_ alarm: RoleAlarm, at now: Date) -> JSONValue {
    [
      "role": .string(alarm.role), "cause": .string(alarm.cause.rawValue),
      "expires_at": Render.time(alarm.expires),
      "seconds_left": alarm.expires.map {
        .integer(Int64(max(0, min($0.timeIntervalSince(now), 1e12))))
      } ?? .null,
    ]
  }

  /// What keeps the service from its work: signed metadata that is about to expire, or a store that does not answer.
  private func obstacle(_ now: Date) async -> String? {
    guard let expiry = context.published.repository.soonestExpiry else { return "no-root" }
    let margin = Double(context.configuration.timestampSeconds) * Self.leastShareOfTimestamp
    guard expiry.timeIntervalSince(now) > margin else { return "metadata-near-expiry" }
    do throws(RecordsError) { try await context.records.probe() } catch {
      return "store-unavailable"
    }
    return nil
  }

  private func metrics(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    let text = MetricsText.render(
      context.metrics.current, published: context.published,
      holds: context.publisher.standingHolds, engine: context.engineMetrics(),
      now: exchange.now)
    return Answers.text(text, type: "text/plain; version=0.0.4; charset=utf-8")
  }
}
