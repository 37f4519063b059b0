// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import ListFormats
public import Names

/// How releases are made: the lists, the lifetimes of signed metadata, and how much history is kept.
public struct PublicationSettings: Sendable {
  /// One list's settings.
  public struct List: Sendable {
    /// Its name.
    public var name: ListName
    /// Its title, for people.
    public var title: String
    /// How often followers shall poll, in seconds.
    public var pollIntervalSeconds: Int
    /// The origin of its response policy zone.
    public var policyZone: DomainName
    /// What resolvers shall answer for a blocked name.
    public var action: BlockAction
    /// A name that is blocked besides the list, so that resolvers can be asked for it; nil for none.
    public var canary: DomainName?
    /// What followers shall refuse unless told otherwise.
    public var brake: ReleaseBrake
    /// The most releases a delta may reach back.
    public var keptReleases: Int
    /// How long before the latest release the releases were published that a delta may reach back, in days.
    public var keptDays: Int
    /// How long an addition stays with the early ring before the general one blocks it too, in seconds.
    public var settleSeconds: Int
    /// From how many readers' holds on no addition reaches the general ring any more; 0 for never.
    public var freezingHolds: Int

    /// Settings with the defaults of `config/cordond.json5`.
    public init(
      name: ListName, title: String, pollIntervalSeconds: Int = 300,
      policyZone: DomainName = .defaultPolicyZone, action: BlockAction = .nxdomain,
      brake: ReleaseBrake = ReleaseBrake(), keptReleases: Int = 10_000, keptDays: Int = 90,
      settleSeconds: Int = 0,
      freezingHolds: Int = 3, canary: DomainName? = nil
    ) {
      self.canary = canary
      self.name = name
      self.title = title
      self.pollIntervalSeconds = pollIntervalSeconds
      self.policyZone = policyZone
      self.action = action
      self.brake = brake
      self.keptReleases = keptReleases
      self.keptDays = keptDays
      self.settleSeconds = settleSeconds
      self.freezingHolds = freezingHolds
    }

    var historyLimits: HistoryLimits {
      HistoryLimits(releases: keptReleases, seconds: Double(keptDays) * 86_400)
    }
  }

  /// The lists served.
  public var lists: [List]
  /// How long signed metadata is valid.
  public var lifetimes: MetadataLifetimes
  /// Signs rendered files one by one; nil signs none.
  public var fileSigner: FileSigner?
  /// The most octets of rendered files kept in memory; others are rendered again when asked for.
  public var renderedOctets = 160 << 20
  /// Whether a root is refused that lets the service sign the top-level targets.
  public var wantsTargetsHolders = false
  /// Whether a time may be acted upon without a person: leases end by it, and metadata is signed afresh.
  public var believesClock: @Sendable (Date) -> Bool = { _ in true }

  /// Settings for `lists`.
  public init(
    lists: [List], lifetimes: MetadataLifetimes = MetadataLifetimes()
  ) {
    self.lists = lists
    self.lifetimes = lifetimes
  }

  func list(_ name: ListName) throws(PublicationError) -> List {
    guard let list = lists.first(where: { $0.name == name }) else { throw .unknownList }
    return list
  }
}

/// How large an update followers take without being told that it is meant.
public struct ReleaseBrake: Hashable, Sendable {
  /// Additions always allowed, in entries.
  public var additions: Int
  /// Additions allowed in percent of the entries held; the larger of both bounds counts.
  public var additionsPercent: Int

  /// A brake at these bounds.
  public init(additions: Int = 1_000, additionsPercent: Int = 20) {
    self.additions = additions
    self.additionsPercent = additionsPercent
  }
}

/// How long each role's metadata is valid, in seconds; it is signed afresh from half of that on.
public struct MetadataLifetimes: Hashable, Sendable {
  /// Of `timestamp.json`.
  public var timestamp: Int
  /// Of `snapshot.json`.
  public var snapshot: Int
  /// Of `targets.json`.
  public var targets: Int

  /// A day, a week and ninety days unless given.
  public init(timestamp: Int = 86_400, snapshot: Int = 7 * 86_400, targets: Int = 90 * 86_400) {
    self.timestamp = timestamp
    self.snapshot = snapshot
    self.targets = targets
  }
}
