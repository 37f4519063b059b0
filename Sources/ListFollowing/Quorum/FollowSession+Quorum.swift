// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import SignedManifests

extension FollowSession {
  /// Judges a list by its approvals, when that is asked for; what is not proven is left out of what is shown.
  ///
  /// Before the list is adopted: what is remembered of it is there first, so that nothing unproven is shown after an
  /// interruption.
  /// - Parameter offered: approvals of what is added that came with the change.
  /// - Returns: what of the list held was not proven, and so was shown to nobody; nil when that is not known.
  @discardableResult
  mutating func checkQuorum(
    _ list: Blocklist, _ release: SignedRelease, over held: Blocklist?, offered: [UInt8]? = nil
  ) throws(FollowFailure) -> EntryLines? {
    let kept = QuorumFiles(directory: directory.path, files: files)
    guard let countries = settings.requiredCountries else {
      if state.quorum != nil { try local { () throws(FileFault) in try kept.forget() } }
      state.quorum = nil
      return EntryLines.none
    }
    let download = approvalDownload
    var check = QuorumCheck(
      list: settings.list, countries: countries, transport: transport, download: download, kept: kept,
      offered: offered)
    let before = held.flatMap { held in state.applied.map { (list: held, version: $0.version) } }
    let unproven = try check.unproven(in: list, release, over: before)
    notes += check.notes
    overrides = overrides.leavingOut(unproven)
    state.quorum = FollowState.Quorum(countries: countries, unproven: unproven.count, of: list.count)
    let earlier = withheld.unproven
    withheld.unproven = unproven
    guard check.isAnew else { return earlier }
    // Nobody can prove any more what is on the list no more.
    withheld.forgetKept()
    provenSince = release.record.version
    return nil
  }

  /// Recalls how the list held was judged.
  mutating func recallQuorum(of held: Blocklist?) throws(FollowFailure) {
    (withheld.unproven, provenSince) = (.none, 0)
    isQuorumKnown = settings.requiredCountries == nil
    guard let countries = settings.requiredCountries else { return }
    let kept = QuorumFiles(directory: directory.path, files: files)
    let memory = try local { () throws(FileFault) in try kept.memory(of: held?.digest) }
    guard let memory, memory.countries >= countries else {
      provenSince = .max
      return
    }
    provenSince = memory.since
    guard let held, memory.entries == held.digest else { return }
    isQuorumKnown = true
    withheld.unproven = memory.unproven
    overrides = overrides.leavingOut(memory.unproven)
  }

  /// What a release changed, without what it took off and nobody had proven.
  func proven(_ change: Delta, of version: UInt64) -> Delta {
    version > provenSince ? change : Delta(remembered: .none, change.additions)
  }
}

extension FollowSession {
  private var approvalDownload: Download {
    Download(
      transport: transport, files: files, partialPath: directory.path + "/approvals.partial", pause: pause)
  }

  /// Fetches what others will check the release by.
  func takeApprovals(_ release: SignedRelease) throws(FollowFailure) {
    for signed in [release.agencies, release.approvals].compactMap({ $0 }) {
      guard let digest = signed.description.sha256, let length = Int(exactly: signed.description.length),
        try approvalDownload.run("repository/targets/" + signed.location, length: length, digest: digest)
          != nil
      else { throw .unreachable("approvals or agencies.json: the server's file is not the signed one") }
    }
  }
}

extension FollowState {
  /// How the quorum check went.
  public struct Quorum: Hashable, Sendable {
    /// How many countries are asked for.
    public var countries: Int
    /// How many entries are left out because their approvals do not prove them.
    public var unproven: Int
    /// Of how many.
    public var of: Int

    /// The refusal that this is; nil when every entry is proven.
    package var refusal: FollowRefusal? {
      unproven == 0 ? nil : .quorum(unproven: unproven, of: of, countries: countries)
    }
  }
}
