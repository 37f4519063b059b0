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
    // A path that a route spells out is that route's alone, whatever the method: `own` is no identifier.
    var closest: [(route: Route, parameters: [String: String])] = []
    for route in groups[Self.family(path)] ?? [] {
      guard let parameters = route.pattern.match(path) else { continue }
      let before = closest.first?.route.pattern.literals ?? 0
      if route.pattern.literals > before { closest = [] }
      if route.pattern.literals >= before { closest.append((route, parameters)) }
    }
    if let found = closest.last(where: { $0.route.method == wanted }) {
      return .route(found.route, parameters: found.parameters)
    }
    guard let template = closest.first?.route.pattern.template else { return .nothing }
    return .otherMethods(closest.map(\.route.method), template: template)
  }

  /// Routes are kept apart by their first two segments, which are literal in all but a few.
  private static func family(_ path: [String]) -> String {
    guard let first = path.first else { return "" }
    guard first == "v1", path.count > 1 else { return first }
    return "v1/" + path[1]
  }
}
