// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The path of a route: literal segments and `{parameters}`; `{name...}` takes all that follows.
struct PathPattern: Hashable, Sendable {
  private enum Segment: Hashable, Sendable {
    case literal(String)
    case parameter(String)
    case rest(String)
  }

  /// The spelling, `/v1/lists/{list}`; what logs and metrics show in place of a path.
  let template: String
  private let segments: [Segment]

  init(_ template: String) {
    self.template = template
    segments = template.split(separator: "/").map { part in
      guard part.hasPrefix("{") else { return .literal(String(part)) }
      let name = part.dropFirst().dropLast()
      return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .parameter(String(name))
    }
  }

  /// The names of its parameters, in order.
  var parameters: [String] {
    segments.compactMap { segment in
      switch segment {
      case .literal: nil
      case .parameter(let name), .rest(let name): name
      }
    }
  }

  /// The parameters of `path`, nil when it is another.
  func match(_ path: [String]) -> [String: String]? {
    var values: [String: String] = [:]
    for (index, segment) in segments.enumerated() {
      guard index < path.count else { return nil }
      switch segment {
      case .literal(let text):
        guard path[index] == text else { return nil }
      case .parameter(let name):
        guard !path[index].isEmpty else { return nil }
        values[name] = path[index]
      case .rest(let name):
        values[name] = path[index...].joined(separator: "/")
        return values
      }
    }
    return path.count == segments.count ? values : nil
  }

  /// How many segments are literal: of two patterns that match, the one with more is meant.
  var literals: Int {
    segments.count {
      if case .literal = $0 { true } else { false }
    }
  }
}
