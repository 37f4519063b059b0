// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Names

/// How firmly a name is guarded against being blocked.
public enum GuardLevel: String, CaseIterable, Hashable, Sendable {
  /// Never blocked.
  case never
  /// Blocked for one host alone, and only with a third country.
  case narrow
}

/// A name that a listing must not hit: it, everything below it, and every parent that would cover it.
public struct GuardEntry: Hashable, Sendable {
  /// The name.
  public let name: DomainName
  /// How firmly.
  public let level: GuardLevel
  /// Why, for people.
  public let reason: String

  /// A guarded name.
  public init(name: DomainName, level: GuardLevel, reason: String = "") {
    self.name = name
    self.level = level
    self.reason = reason
  }
}

/// What the guard list says of an entry.
public enum GuardVerdict: Hashable, Sendable {
  /// It hits nothing guarded.
  case clear
  /// It hits names that need host scope and a third country; some of them.
  case narrow([DomainName])
  /// It hits names never blocked; some of them.
  case never([DomainName])
}

/// Why the guard list refuses an entry; the raw value is the public word.
public enum GuardRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// It would block a name that is never blocked.
  case guardedName = "guarded-name"
  /// It would block more than one host of a narrowly guarded name.
  case hostScopeOnly = "guarded-name-needs-host-scope"

  /// One sentence naming what would be hit.
  public func detail(_ hit: [DomainName]) -> String { detail(names: hit.map(\.text)) }

  func detail(names hit: [String]) -> String {
    let names = hit.joined(separator: ", ")
    switch self {
    case .guardedName: return "It would also block \(names), which is never blocked."
    case .hostScopeOnly: return "It would also block \(names); only a single host may be listed there."
    }
  }
}

extension ScopeRefusal {
  /// One sentence for the submitter or reviewer.
  public var detail: String {
    switch self {
    case .widerThanRegistrable: "The scope reaches beyond the registered domain."
    case .outsideReport: "The scope does not cover the reported host."
    }
  }
}
