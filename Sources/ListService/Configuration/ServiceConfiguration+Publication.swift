// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Publication

extension ServiceConfiguration {
  /// How releases are made.
  public var publication: PublicationSettings {
    var settings = PublicationSettings(
      lists: lists.map {
        PublicationSettings.List(
          name: $0.name, title: $0.title, pollIntervalSeconds: $0.pollIntervalSeconds,
          policyZone: $0.policyZone, keptReleases: $0.keptReleases, keptDays: $0.keptDays,
          settleSeconds: $0.settleSeconds, freezingHolds: $0.freezingHolds,
          canary: $0.canary)
      },
      lifetimes: MetadataLifetimes(
        timestamp: timestampSeconds, snapshot: snapshotSeconds, targets: targetsSeconds))
    settings.wantsTargetsHolders = targetsSignedBy == .holders
    settings.renderedOctets = renderedOctets
    return settings
  }
}
