// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Publication

/// The metrics in the Prometheus text format, version 0.0.4.
enum MetricsText {
  static func render(
    _ values: ServiceMetrics.Values, published: PublishedState, holds: [ListName: Int],
    engine: [(name: String, value: Int)],
    now: Date
  ) -> String {
    (answers(values) + timings(values) + items(values) + limited(values) + appeals(values)
      + lists(published, holds)
      + expiry(published, now)
      + engineLines(engine))
      .joined(separator: "\n") + "\n"
  }

  private static func answers(_ values: ServiceMetrics.Values) -> [String] {
    let rows = values.answers.map { key, count in
      "cordon_http_responses_total{method=\"\(key.method)\",route=\"\(key.template)\",status=\"\(key.status)\"} \(count)"
    }
    return [
      "# HELP cordon_http_responses_total Answers given.", "# TYPE cordon_http_responses_total counter",
    ]
      + rows.sorted()
  }

  private static func timings(_ values: ServiceMetrics.Values) -> [String] {
    let name = "cordon_http_response_seconds"
    var rows = ["# HELP \(name) Time from request to answer.", "# TYPE \(name) histogram"]
    for (template, timing) in values.timings.sorted(by: { $0.key < $1.key }) {
      let route = "route=\"\(template)\""
      for (bound, count) in zip(ServiceMetrics.bounds, timing.within) {
        rows.append("\(name)_bucket{\(route),le=\"\(bound)\"} \(count)")
      }
      rows.append("\(name)_bucket{\(route),le=\"+Inf\"} \(timing.count)")
      rows.append("\(name)_sum{\(route)} \(timing.seconds)")
      rows.append("\(name)_count{\(route)} \(timing.count)")
    }
    return rows
  }

  private static func items(_ values: ServiceMetrics.Values) -> [String] {
    [
      "# HELP cordon_submission_items_total Items of submissions.",
      "# TYPE cordon_submission_items_total counter",
    ]
      + values.submissions.sorted { $0.key < $1.key }
      .map { "cordon_submission_items_total{outcome=\"\($0.key)\"} \($0.value)" }
  }

  private static func limited(_ values: ServiceMetrics.Values) -> [String] {
    [
      "# HELP cordon_rate_limited_total Requests turned away by a rate limit of this process.",
      "# TYPE cordon_rate_limited_total counter",
    ]
      + values.limited.sorted { $0.key < $1.key }
      .map { "cordon_rate_limited_total{limit=\"\($0.key)\"} \($0.value)" }
  }

  private static func appeals(_ values: ServiceMetrics.Values) -> [String] {
    [
      "# HELP cordon_appeals_unassigned Appeals that no reviewer may decide, as this process last counted.",
      "# TYPE cordon_appeals_unassigned gauge",
      "cordon_appeals_unassigned \(values.unassignedAppeals)",
    ]
  }

  private static func lists(_ state: PublishedState, _ holds: [ListName: Int]) -> [String] {
    var rows = ["# HELP cordon_list_version The latest release.", "# TYPE cordon_list_version gauge"]
    let lists = state.lists.values.sorted { $0.name < $1.name }
    rows += lists.map { "cordon_list_version{list=\"\($0.name)\"} \($0.version.number)" }
    rows += ["# HELP cordon_list_entries Entries of the latest release.", "# TYPE cordon_list_entries gauge"]
    rows += lists.map { "cordon_list_entries{list=\"\($0.name)\"} \($0.blocklist.count)" }
    rows += ["# HELP cordon_list_holds Readers whose hold stands.", "# TYPE cordon_list_holds gauge"]
    rows += lists.map { "cordon_list_holds{list=\"\($0.name)\"} \(holds[$0.name] ?? 0)" }
    rows += [
      "# HELP cordon_list_frozen Whether additions are kept from the general ring.",
      "# TYPE cordon_list_frozen gauge",
    ]
    rows += lists.map {
      "cordon_list_frozen{list=\"\($0.name)\"} \(state.repository.stages[$0.name]?.isFrozen == true ? 1 : 0)"
    }
    return rows
  }

  private static func expiry(_ state: PublishedState, _ now: Date) -> [String] {
    let rows = state.repository.expiries.sorted { $0.key < $1.key }.map { role, expiry in
      "cordon_metadata_expiry_seconds{role=\"\(role)\"} \(Int(expiry.timeIntervalSince(now)))"
    }
    return [
      "# HELP cordon_metadata_expiry_seconds Time until the role's signed metadata expires.",
      "# TYPE cordon_metadata_expiry_seconds gauge",
    ] + rows
  }

  private static func engineLines(_ engine: [(name: String, value: Int)]) -> [String] {
    var rows: [String] = []
    var last = ""
    for (name, value) in engine {
      let family = String(name.prefix { $0 != "{" })
      if family != last { rows.append("# TYPE cordon_engine_\(family) gauge") }
      rows.append("cordon_engine_\(name) \(value)")
      last = family
    }
    return rows
  }
}
