// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
public import Ingest
internal import Records

extension Publisher {
  /// The plan of a release without new hosts that are guarded narrowly and were approved by too few countries: before the guard.
  func withoutNarrowHosts(
    _ plan: ReleasePlan, _ terms: GuardTerms?, _ live: LiveEntries, over published: Blocklist
  ) async throws(PublicationError) -> ReleasePlan {
    guard let terms else { return plan }
    let hosts = terms.guards.narrowHosts(among: plan.delta.additions).filter { !published.holds($0) }
    guard !hosts.isEmpty else { return plan }
    let found = try await self.live(live.basis.list, asking: EntryInquiry(entries: hosts)).found
    let countries = try await countries(behind: found)
    let refused = found.filter { countries[$0.id] ?? 0 < terms.narrowCountries }.map(\.entry)
    guard !refused.isEmpty else { return plan }
    // A host covers nothing: no other line comes to light.
    return try ReleasePlan.publish(live, over: published, guards: terms.guards, refused: refused)
  }

  /// Those of `entries`, which were taken off, that may not be listed again under `terms`.
  func refusals(
    among entries: [ListedEntry], under terms: GuardTerms
  ) async throws(PublicationError) -> Set<EntryID> {
    var refused = Set(entries.filter { !terms.guards.lets(back: $0.entry) }.map(\.id))
    let narrow = entries.filter { terms.guards.isNarrowHost($0.entry) }
    let countries = try await countries(behind: narrow)
    for entry in narrow where countries[entry.id] ?? 0 < terms.narrowCountries { refused.insert(entry.id) }
    return refused
  }

  /// How many countries, by as many agencies, approved each entry as it is listed, together.
  ///
  /// - Throws: `records`.
  public func countries(behind entries: [ListedEntry]) async throws(PublicationError) -> [EntryID: Int] {
    var found: [EntryID: Int] = [:]
    var rest = entries[...]
    while !rest.isEmpty {
      let some = Array(rest.prefix(Self.countedTogether))
      rest = rest.dropFirst(some.count)
      let counted = try await stored { (records) throws(RecordsError) in
        try await records.countriesBehind(some)
      }
      found.merge(counted) { $1 }
    }
    return found
  }

  /// Entries are asked about in pieces of so many, so that others are read for in between.
  static let countedTogether = 500
}
