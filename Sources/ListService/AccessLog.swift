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

  private static func method(_ method: HTTPMethod) -> String {
    [.get, .head, .post, .put, .patch, .delete, .options].contains(method) ? method.name : "OTHER"
  }
}
