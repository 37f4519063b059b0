// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// What a renewal is judged by, beside the entry's lease: the guards of that moment, as an approval is.
public struct RenewalTerms: Sendable {
  /// How long a lease lasts at most.
  public let lease: LeaseTerm
  private let guards: GuardList
  private let narrowCountries: Int
  private let reviewer: Principal?

  /// The terms of `policy`, with what is guarded now, for somebody who renews.
  public init(_ policy: ReviewPolicy, guards: GuardList, reviewer: Principal) {
    lease = policy.lease
    self.guards = guards
    narrowCountries = policy.narrowCountries
    self.reviewer = reviewer
  }

  /// Those of a lease alone: nothing is guarded.
  public init(lease: LeaseTerm) {
    self.lease = lease
    (guards, narrowCountries, reviewer) = (.empty, 0, nil)
  }

  /// Why `entry` may not be confirmed; nil when it may. Whoever renews stands for a country as those do who approved.
  ///
  /// - Parameter approvals: those of the entry, each with those it counts together with.
  public func refusal(of entry: BlocklistEntry, approvedBy approvals: [[Review]]) -> RenewalRefusal? {
    switch guards.verdict(on: entry) {
    case .clear: return nil
    case .never(let hit): return .guarded(.guardedName, hit)
    case .narrow(let hit):
      guard entry.scope == .host else { return .guarded(.hostScopeOnly, hit) }
    }
    let behind = approvals.map { $0.countries(with: reviewer) }.max() ?? [].countries(with: reviewer)
    return behind < narrowCountries ? .shortOfCountries(behind, of: narrowCountries) : nil
  }
}

extension [Review] {
  /// How many countries, by as many agencies, stand behind approvals that count together, that of `person` with them.
  public func countries(with person: Principal? = nil) -> Int {
    let own = person.map { [$0] } ?? []
    return Swift.min(
      Set(map(\.country)).union(own.map(\.country)).count, Set(map(\.agency)).union(own.map(\.agency)).count)
  }
}

/// Why an entry is not confirmed.
public enum RenewalRefusal: Error, Hashable, Sendable {
  /// What it blocks is guarded meanwhile.
  case guarded(GuardRefusal, GuardHit)
  /// It is a host, guarded narrowly meanwhile, and too few countries stand behind it, that of whoever renews with them.
  case shortOfCountries(Int, of: Int)

  /// In kebab case, as the problem's type.
  public var problemType: String {
    switch self {
    case .guarded(let refusal, _): refusal.rawValue
    case .shortOfCountries: "guarded-name-needs-another-country"
    }
  }

  /// For whoever would renew.
  public var detail: String {
    switch self {
    case .guarded(let refusal, let hit): refusal.detail(hit)
    case .shortOfCountries(let countries, let needed):
      "The name is guarded narrowly meanwhile: \(needed) countries must stand behind a host there, with yours they are \(countries)."
    }
  }
}
