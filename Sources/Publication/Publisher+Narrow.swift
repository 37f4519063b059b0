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
    var refused: [BlocklistEntry] = []
    let found = try await self.live(live.basis.list, asking: EntryInquiry(entries: hosts)).found
    for entry in found where try await countries(behind: entry) < terms.narrowCountries {
      refused.append(entry.entry)
    }
    guard !refused.isEmpty else { return plan }
    // A host covers nothing: no other line comes to light.
    return try ReleasePlan.publish(live, over: published, guards: terms.guards, refused: refused)
  }

  /// Whether an entry that was taken off may be listed again under `terms`.
  func lets(back entry: ListedEntry, under terms: GuardTerms) async throws(PublicationError) -> Bool {
    guard terms.guards.lets(back: entry.entry) else { return false }
    guard terms.guards.isNarrowHost(entry.entry) else { return true }
    return try await countries(behind: entry) >= terms.narrowCountries
  }

  /// How many countries, by as many agencies, approved an entry as it is listed, together.
  ///
  /// - Throws: `records`.
  public func countries(behind entry: ListedEntry) async throws(PublicationError) -> Int {
    try await stored { (records) throws(RecordsError) in try await records.countriesBehind(entry) }
  }
}
