// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
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

/// Which guarded names an entry would hit.
public struct GuardHit: Hashable, Sendable {
  /// The guarded name at or above the entry's own; the nearest.
  public let covering: DomainName?
  /// Some of the guarded names below the entry's own that it would block.
  public let below: [DomainName]
  /// How many those are in all.
  public let belowCount: Int

  /// At most so many names are told.
  static let told = 5

  /// The names in words: `a.example, b.example and 3 more`.
  var words: String {
    let more = belowCount - below.count
    let names = below.map(\.text).joined(separator: ", ")
    return more > 0 ? "\(names) and \(more) more" : names
  }
}

/// What the guard list says of an entry.
public enum GuardVerdict: Hashable, Sendable {
  /// It hits nothing guarded.
  case clear
  /// It hits names that need host scope and one country more.
  case narrow(GuardHit)
  /// It hits names never blocked.
  case never(GuardHit)
}

/// Why the guard list refuses an entry; the raw value is the public word.
public enum GuardRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// It would block a name that is never blocked.
  case guardedName = "guarded-name"
  /// It would block more than one host of a narrowly guarded name.
  case hostScopeOnly = "guarded-name-needs-host-scope"

  /// What would be hit, in a sentence or two; only guarded names are told.
  public func detail(_ hit: GuardHit) -> String {
    var sentences: [String] = []
    if let name = hit.covering {
      sentences.append(
        self == .guardedName
          ? "\(name) and what lies below it are never blocked."
          : "\(name) is shared by many: only a single host may be listed there, and by one country more.")
    }
    if hit.belowCount > 0 {
      sentences.append(
        self == .guardedName
          ? "It would also block \(hit.words): never blocked."
          : "It would also block \(hit.words): only a single host may be listed there.")
    }
    return sentences.joined(separator: " ")
  }
}

extension ScopeRefusal {
  /// One sentence for the submitter or reviewer.
  public var detail: String {
    switch self {
    case .widerThanRegistrable: "The scope reaches beyond the registered domain."
    case .outsideReport: "The scope does not cover the reported host."
    case .coversPublicSuffix: "Below the name lie public suffixes: only a single host may be listed there."
    }
  }

  /// What lies below the name of an entry that covers public suffixes.
  public static func detail(covering below: SuffixesBelow) -> String {
    "It would also block all whom strangers serve below \(below.words): give the scope `host`, or a name that lies beside them."
  }
}

extension BlocklistEntry {
  /// The public suffixes that this entry would block with all below them; nil for a single host, and where there are none.
  public func covered(of suffixes: PublicSuffixes) -> SuffixesBelow? {
    scope == .host ? nil : suffixes.below(name)
  }
}
