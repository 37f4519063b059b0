// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
internal import FoundationEssentials
internal import ListFormats
internal import Records
internal import SignedManifests
private import Synchronization

extension Publisher {
  /// How many readers' holds stand on each list, as last counted.
  public nonisolated var standingHolds: [ListName: Int] { holders.withLock { $0 } }

  /// Counts the holds that stand on a list and signs what follows from it: frozen from as many readers on as are
  /// configured, and no longer frozen below. To be called when a hold was taken or lifted.
  ///
  /// - Throws: `unknownList`, `rootMissing`, `manifest`, `contention`, `records`.
  public func heedHolds(on list: ListName) async throws(PublicationError) {
    let settings = try settings.list(list)
    guard try await stage(settings).isFrozen != (current.repository.stages[list]?.isFrozen ?? false),
      current.repository.stages[list] != nil
    else { return }
    await gate.enter()
    do throws(PublicationError) {
      try await signStage(settings)
      await gate.leave()
    } catch {
      await gate.leave()
      throw error
    }
  }

  /// The stage that a release made now has.
  func stage(_ settings: PublicationSettings.List) async throws(PublicationError) -> ReleaseStage {
    let holding = try await stored { (records) throws(RecordsError) in
      try await records.standingHolders(list: settings.name)
    }
    holders.withLock { $0[settings.name] = holding.count }
    return ReleaseStage(
      settleSeconds: settings.settleSeconds, publishedAt: clock(),
      isFrozen: settings.freezingHolds > 0 && holding.count >= settings.freezingHolds)
  }

  private func signStage(_ settings: PublicationSettings.List) async throws(PublicationError) {
    for _ in 0..<Self.maximumAttempts {
      let isFrozen = try await stage(settings).isFrozen
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let signed = try SignedRepository(files: metadata.files)
      let prefix = "\(settings.name)/"
      let suffix = "/\(ListFormat.entries.rawValue)"
      let changed = try signing.files(
        release: { targets in
          for (path, target) in targets where path.hasPrefix(prefix) && path.hasSuffix(suffix) {
            targets[path] = target.staged(isFrozen: isFrozen)
          }
        }, settings: self.settings, over: signed, now: clock())
      if try await save(changed, expecting: metadata.revision) { return try await refresh() }
    }
    throw .contention
  }
}

extension TargetDescription {
  /// The same target in a stage that is frozen, or not.
  fileprivate func staged(isFrozen: Bool) -> TargetDescription {
    guard let custom, let held = ReleaseStage(signed: custom), let digest = sha256 else { return self }
    let stage = ReleaseStage(
      settleSeconds: held.settleSeconds, publishedAt: held.publishedAt, isFrozen: isFrozen)
    return TargetDescription(length: length, sha256: digest, custom: stage.written(into: custom))
  }
}
