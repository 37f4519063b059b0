// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// Every route, found by path and method.
struct RouteTable: Sendable {
  enum Finding: Sendable {
    case route(Route, parameters: [String: String])
    /// The path is there, under other methods.
    case otherMethods([HTTPMethod], template: String)
    case nothing
  }

  /// In the order of the OpenAPI document.
  let routes: [Route]
  private let groups: [String: [Route]]

  init(_ routes: [Route]) {
    self.routes = routes
    groups = Dictionary(grouping: routes) {
      Self.family($0.pattern.template.split(separator: "/").map(String.init))
    }
  }

  func find(_ method: HTTPMethod, _ path: [String]) -> Finding {
    let wanted = method == .head ? HTTPMethod.get : method
    var best: (route: Route, parameters: [String: String])?
    var others: [Route] = []
    for route in groups[Self.family(path)] ?? [] {
      guard let parameters = route.pattern.match(path) else { continue }
      guard route.method == wanted else {
        others.append(route)
        continue
      }
      if route.pattern.literals >= (best?.route.pattern.literals ?? 0) { best = (route, parameters) }
    }
    if let best { return .route(best.route, parameters: best.parameters) }
    guard let template = others.first?.pattern.template else { return .nothing }
    return .otherMethods(others.map(\.method), template: template)
  }

  /// Routes are kept apart by their first two segments, which are literal in all but a few.
  private static func family(_ path: [String]) -> String {
    guard let first = path.first else { return "" }
    guard first == "v1", path.count > 1 else { return first }
    return "v1/" + path[1]
  }
}
