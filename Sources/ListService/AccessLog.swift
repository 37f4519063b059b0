// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import StrictJSON

/// One line for each request: never a path, a query, a token or a name, only what the route table and the registry spell.
struct AccessLog: Sendable {
  private let write: (@Sendable (String) -> Void)?

  init(_ write: (@Sendable (String) -> Void)?) { self.write = write }

  func record(
    _ request: HTTPRequest, template: String, response: HTTPResponse, principal: Principal?, took: Duration,
    now: Date
  ) {
    guard let write else { return }
    let microseconds = took.components.seconds * 1_000_000 + took.components.attoseconds / 1_000_000_000_000
    let milliseconds = "\(microseconds / 1000).\(microseconds % 1000 / 100)"
    write(
      "\(RFC3339.format(now)) \(Self.method(request.method)) \(template) \(response.status.code) "
        + "\(response.body.count) \(milliseconds)ms \(principal?.id.text ?? "-")")
  }

  /// Lines for an answer that was given again `count` times in one second, written together.
  func record(
    _ count: Int, repeatsOf key: ServiceMetrics.Key, octets: Int, principal: Principal?, second: Int64
  ) {
    guard let write, count > 0 else { return }
    let time = RFC3339.format(Date(timeIntervalSince1970: Double(second)))
    let line =
      "\(time) \(key.method) \(key.template) \(key.status) \(octets) 0.0ms \(principal?.id.text ?? "-")"
    var left = count
    while left > 0 {
      let some = min(left, Self.linesAtOnce)
      write(Array(repeating: line, count: some).joined(separator: "\n"))
      left -= some
    }
  }

  /// Lines of one write.
  private static let linesAtOnce = 512

  private static func method(_ method: HTTPMethod) -> String {
    [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.name : "OTHER"
  }
}
