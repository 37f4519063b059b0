// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import HTTPMessages
internal import HTTPServing
internal import Ingest
internal import StrictJSON

/// One line for each request: never a path, a query, a token or a name, only what the route table and the registry spell.
struct AccessLog: Sendable {
  private let write: (@Sendable (_ line: String, _ times: Int) -> Void)?

  init(_ write: (@Sendable (_ line: String, _ times: Int) -> Void)?) { self.write = write }

  func record(
    _ request: HTTPRequest, template: String, response: HTTPResponse, principal: Principal?, took: Duration,
    now: Date
  ) {
    guard let write else { return }
    write(
      "\(RFC3339.format(now)) \(Self.method(request.method)) \(template) \(response.status.code) "
        + "\(response.body.count) \(Self.milliseconds(took)) \(principal?.id.text ?? "-")", 1)
  }

  /// A line for an answer of the engine's own.
  func record(_ record: AccessRecord, now: Date) {
    guard let write else { return }
    write(
      "\(RFC3339.format(now)) \(record.method.map(Self.method) ?? "-") - \(record.status.code) \(record.octets) "
        + "\(Self.milliseconds(record.duration)) -", 1)
  }

  /// Lines for an answer that was given again `count` times in one second, written together; `each` took so long
  /// on average.
  func record(
    _ count: Int, repeatsOf key: ServiceMetrics.Key, octets: Int, principal: Principal?, second: Int64,
    each: Duration
  ) {
    guard let write, count > 0 else { return }
    let time = RFC3339.format(Date(timeIntervalSince1970: Double(second)))
    write(
      "\(time) \(key.method) \(key.template) \(key.status) \(octets) \(Self.milliseconds(each)) "
        + "\(principal?.id.text ?? "-")", count)
  }

  /// Milliseconds with three decimals, 0.001 at least.
  private static func milliseconds(_ took: Duration) -> String {
    let all = took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000
    let microseconds = max(1, all)
    let decimals = String(microseconds % 1000 + 1000).dropFirst()
    return "\(microseconds / 1000).\(decimals)ms"
  }

  private static func method(_ method: HTTPMethod) -> String {
    [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.name : "OTHER"
  }
}
