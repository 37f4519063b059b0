// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import FoundationEssentials
private import SignedManifests

/// What is signed: taken in one body with the changes, or file by file.
extension FollowSession {
  /// Asks for all that is newer in one body, when a list is held that it can start from.
  mutating func compactOffer(_ held: Blocklist?) throws(FollowFailure) -> CompactOffer? {
    guard asksCompact, held != nil, let applied = state.applied else { return nil }
    let length = applied.length
    let reply = try CompactOffer.ask(
      transport, list: settings.list, since: applied.version, holding: try heldMetadata(),
      approvals: settings.requiredCountries != nil, limit: CompactOffer.mostOctets(over: length))
    switch reply {
    case .offered(let offer): return offer
    case .notOffered: return nil
    case .notSpoken:
      state.plainServerSeen = now
      return nil
    }
  }

  /// Whether this round asks for the compact form.
  var asksCompact: Bool {
    mayKnowCompact && settings.asksCompact && !state.needsFullList && state.mayAskCompact(at: now)
  }

  private func heldMetadata() throws(FollowFailure) -> HeldMetadata {
    let root = try directory.metadata.trustedRoot(handedOver: settings.rootFile)
    return try local { () throws(FileFault) in try HeldMetadata(in: directory.metadata, trusting: root) }
  }

  /// Where metadata comes from: the offer, as far as it goes.
  private func source(_ offer: CompactOffer?) throws(FollowFailure) -> any Transport {
    guard let offer else { return transport }
    let timestamp = try local { () throws(FileFault) in try directory.metadata.read("timestamp.json") }
    return OfferedMetadata(offer, holding: try heldMetadata(), timestamp: timestamp, server: transport)
  }

  mutating func refresh(_ offer: CompactOffer?) throws(FollowFailure) -> SignedRelease {
    let metadata = directory.metadata
    let root = try metadata.trustedRoot(handedOver: settings.rootFile)
    if let file = settings.rootFile, try local({ () throws(FileFault) in try metadata.isUnused(file) }) {
      notes.append(
        "--root \(file) is not used: this state began with another root, and trust passes on by rotation alone"
      )
    }
    let refresh = MetadataRefresh(
      transport: try source(offer), directory: metadata, now: now, verified: verified)
    let repository = try refresh.run(firstRoot: root)
    return try SignedRelease(of: settings.list, in: repository)
  }
}
