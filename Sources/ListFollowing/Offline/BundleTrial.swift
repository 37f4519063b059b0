// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import FoundationEssentials

/// What a bundle would do, changing nothing.
public struct BundleTrial {
  private let bundle: UpdateBundle
  private let settings: FollowSettings
  private let files: OverlayFileSystem
  private let now: Date

  /// What came of it.
  public enum Verdict: Sendable {
    /// All that is checked when it is applied was checked, on the list held or on the one that it brings.
    case tried(FollowReport)
    /// No list is held here to try changes on: the metadata is good and signs this release, and the changes are in form.
    case inForm(additions: Int, removals: Int, since: UInt64)
  }

  /// A trial at a given time.
  /// - Parameters:
  ///   - base: the files that the follower's state is among.
  ///   - hidden: a directory that is to seem empty.
  public init(
    of bundle: UpdateBundle, settings: FollowSettings, over base: any FileSystem,
    hiding hidden: String? = nil, now: Date
  ) {
    self.bundle = bundle
    var settings = settings
    settings.sendsReceipts = false
    settings.takesChangesAlone = bundle.since != nil
    self.settings = settings
    files = OverlayFileSystem(over: base, hiding: hidden)
    self.now = now
  }

  /// Runs it.
  public func run() -> Verdict {
    do {
      let directory = try local { () throws(FileFault) in
        try StateDirectory(path: settings.stateDirectory, files: files)
      }
      // The round below says it again.
      var notes: [String] = []
      var state = try local { () throws(FileFault) in
        try directory.loadState(list: settings.list.text, &notes)
      }
      let held = try local { () throws(FileFault) in try directory.recoverEntries(&state) }
      if let since = bundle.since, held == nil { return try checkForm(since, directory) }
      return .tried(
        FollowRound(settings: settings, transport: BundleTransport(bundle), files: files, now: now).run())
    } catch {
      return .tried(FollowReport(outcome: .failed(error), notes: []))
    }
  }

  private func checkForm(_ since: UInt64, _ directory: StateDirectory) throws(FollowFailure) -> Verdict {
    let metadata = directory.metadata
    let root = try metadata.trustedRoot(handedOver: settings.rootFile)
    let refresh = MetadataRefresh(transport: BundleTransport(bundle), directory: metadata, now: now)
    let signed = try SignedRelease(of: settings.list, in: try refresh.run(firstRoot: root)).record
    guard signed.version == bundle.version else {
      throw .refused(.updateUnsigned(offered: bundle.version, signed: signed.version))
    }
    guard since < signed.version,
      let octets = bundle.parts["v1/lists/\(bundle.list)/changes?since=\(since)"]
    else { throw .refused(.updateWithheld(held: since, signed: signed.version)) }
    let delta: Delta
    do throws(BlocklistError) { delta = try Delta(parsing: octets) } catch {
      throw .refused(.deltaMalformed(reason: error.description))
    }
    // All that is added stands in the list signed.
    guard delta.additions.slab.count <= signed.length else {
      throw .refused(.deltaDigest(version: signed.version))
    }
    return .inForm(additions: delta.additions.count, removals: delta.removals.count, since: since)
  }
}
