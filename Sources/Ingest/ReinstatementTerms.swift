// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// What an entry that was taken off for an appeal is judged by before it is listed again: the guards of that moment, as a release is.
public struct ReinstatementTerms: Sendable {
  /// Nothing is guarded.
  public static let unguarded = ReinstatementTerms(.empty)

  private let guards: GuardList
  private let narrowCountries: [ListName: Int]

  /// These terms.
  ///
  /// - Parameter narrowCountries: how many countries a host wants that is guarded narrowly, by list; on any other the fewest there may be.
  public init(_ guards: GuardList, narrowCountries: [ListName: Int] = [:]) {
    self.guards = guards
    self.narrowCountries = narrowCountries
  }

  /// Why `entry` stays off, as the trail says it, approved by so many countries together; nil when it may be listed again.
  public func refusal<Failure: Error>(
    of entry: ListedEntry, countries: () throws(Failure) -> Int
  ) throws(Failure) -> String? {
    guard guards.lets(back: entry.entry) else { return "guarded-name" }
    guard guards.isNarrowHost(entry.entry) else { return nil }
    let needed = narrowCountries[entry.list] ?? ReviewPolicy.fewestCountries + 1
    let found = try countries()
    return found < needed ? "guarded-name countries=\(found) of=\(needed)" : nil
  }
}
