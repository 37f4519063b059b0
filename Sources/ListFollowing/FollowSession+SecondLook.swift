// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
internal import ListFormats
private import Names

/// Going back helps only where what was there before is answered better with. Whatever else is wrong at a resolver, or with a name
/// that must stay open, must not keep what a release takes off the list from being open.
extension FollowSession {
  /// How long outputs that going back did not help with are left in place before that is tried once more, in seconds.
  static let unhelpedRest = 3600.0

  /// Why outputs that a resolver answers wrongly with are not taken back, so soon.
  func unhelped(_ marker: ReleaseMarker) -> String? {
    state.unhelped.flatMap { unhelped in
      unhelped.marker == marker.text && abs(now.timeIntervalSince(unhelped.date)) < Self.unhelpedRest
        ? unhelped.detail : nil
    }
  }

  /// What must hold with the outputs in place that were confirmed last.
  var expectedBefore: ResolverCheck.Expectations {
    let canary = state.confirmed?.canary.flatMap { settings.list.canary($0) }
    return ResolverCheck.Expectations(
      marker: state.confirmed.map { ReleaseMarker(list: settings.list, saying: $0.marker) },
      blocked: canary.flatMap { overrides.opens($0) ? nil : $0 }, open: settings.openNames,
      action: settings.action)
  }

  /// What is wrong at the resolvers asked, each thing by itself.
  func faults(_ expected: ResolverCheck.Expectations) -> Set<String> {
    let found = settings.verified.flatMap { address in
      ResolverCheck(probe: probe, address: address, patience: .zero).faults(expected).map {
        "\(address) \($0)"
      }
    }
    return Set(found)
  }

  /// Whether nothing that is wrong can come of the list shown: resolvers have it in force, and it blocks no name that must stay open.
  func isInnocent(_ shown: ShownList, of faults: Set<String>) throws(FollowFailure) -> Bool {
    guard !faults.contains(where: { $0.hasSuffix(" " + ResolverCheck.listFault) }) else { return false }
    let list = try shown.list()
    return settings.openNames.allSatisfy { name in
      (try? DomainName(canonical: name)).map { !list.covers($0) } ?? false
    }
  }

  /// Puts in place once more what was taken back without being of any help.
  /// - Returns: what happened, and what could not be put in place.
  mutating func restore(
    _ marker: ReleaseMarker, _ shown: ShownList, _ release: SignedRelease, _ problem: String
  ) -> [FollowFailure] {
    let detail =
      "\(problem); the outputs before were no better, so version \(shown.record.version) stays in place"
    state.rejected = nil
    state.unhelped = FollowState.Rejection(marker: marker.text, date: now, detail: detail)
    let said = notes
    defer { notes = said + notes.dropFirst(said.count).filter { !said.contains($0) } }
    do throws(FollowFailure) {
      try writeOutputs(shown, marker, release)
      return [.unverified(detail)]
    } catch { return [.unverified(detail)] + error.each }
  }
}
