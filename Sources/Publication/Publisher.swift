// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
public import Records
public import SignedManifests
internal import Synchronization

/// Makes releases and keeps what readers see.
///
/// A release is one transaction of the store: its number, its entry changes and its signed metadata stand there together or
/// not at all. Only then is the published state replaced, in one step. What changes the store passes a gate one at a time;
/// against other processes the store's revisions guard, and a conflict is tried again on what is then on record.
public actor Publisher {
  let records: any Records
  let signing: RepositorySigning
  let settings: PublicationSettings
  let clock: @Sendable () -> Date
  let shelf: RenderingShelf
  /// What was read and verified of the store's metadata.
  let verified = MetadataMemory()
  let gate = SerialGate()
  nonisolated let bell = ReleaseBell()
  private nonisolated let published = Mutex(PublishedState.empty)
  private nonisolated let showings = Showings()
  /// Readers whose holds stand, by list, as last counted.
  nonisolated let holders = Mutex<[ListName: Int]>([:])
  private nonisolated let packer = Packer()
  private nonisolated let observers = Mutex<[@Sendable () -> Void]>([])

  /// How often a conflict with another process is tried again.
  static let maximumAttempts = 8
  /// Versions of snapshot and of targets that stay, for readers in the middle of a refresh.
  public static let keptMetadataVersions = 32

  /// A publisher over `records`, signing with `signers`: the online keys. Nothing is read before `open`.
  public init(
    records: any Records, signers: [any MetadataSigner], settings: PublicationSettings,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.records = records
    self.signing = RepositorySigning(signers: signers, lifetimes: settings.lifetimes)
    self.settings = settings
    self.clock = clock
    self.shelf = RenderingShelf(limit: settings.renderedOctets)
  }

  /// What readers see now. Callable from any thread, never waits for the store.
  public nonisolated var current: PublishedState { published.withLock { $0 } }

  /// Counts up whenever `current` has been replaced: what was made of a state read after this number was is out of date
  /// once it differs. One atomic load.
  public nonisolated var showing: UInt64 { showings.count.load(ordering: .acquiring) }

  /// Calls `action` whenever `current` has been replaced; it must not block.
  public nonisolated func observe(_ action: @escaping @Sendable () -> Void) {
    observers.withLock { $0.append(action) }
  }

  /// Reads the store and publishes what it holds. Leases that ended meanwhile lapse at once: who serves after this serves
  /// nothing past its lease.
  ///
  /// - Throws: `rootMissing` before `installRoot`, `manifest`, `records`.
  public func open() async throws(PublicationError) {
    try await read()
    try await lapseEnded()
  }

  /// Reads the store and shows what it holds; writes nothing.
  ///
  /// - Throws: as `open`.
  public func read() async throws(PublicationError) {
    try await gated { () async throws(PublicationError) in
      let metadata = try await self.stored { (records) throws(RecordsError) in try await records.metadata() }
      try self.requireTargetsHolders(under: SignedRepository(files: metadata.files).root.signed)
      try await self.refresh()
    }
  }

  /// Lapses the leases that have ended, which releases their removal: not before it is known that the store is the newest there is.
  ///
  /// - Throws: `manifest`, `list`, `records`.
  public func lapseEnded() async throws(PublicationError) {
    do throws(PublicationError) {
      for list in settings.lists { try await lapse(list) }
    } catch .contention {
      // Another process is at it.
      return
    }
  }

  /// Returns when `list` has a release after `version`, when `timeout` is over, or when the task is cancelled.
  public nonisolated func waitForRelease(_ list: ListName, after version: ListVersion, timeout: Duration)
    async
  {
    let end = ContinuousClock.now + timeout
    while (current.lists[list]?.version ?? .unreleased) <= version, !Task.isCancelled {
      let left = end - .now
      guard left > .zero else { return }
      await bell.wait(timeout: left) { [self] in (current.lists[list]?.version ?? .unreleased) > version }
    }
  }

  nonisolated func show(_ state: PublishedState) {
    published.withLock { $0 = state }
    showings.count.add(1, ordering: .acquiringAndReleasing)
    for action in observers.withLock({ $0 }) { action() }
    bell.ring()
    packer.pack(state) { [showings] in
      // What was answered in plain octets may now be answered in fewer.
      showings.count.add(1, ordering: .acquiringAndReleasing)
    }
  }

  /// Returns when everything that is shown now has been packed, or something newer is shown.
  public nonisolated func packed() async { await packer.isIdle() }
}

/// How often something was shown. An object of its own: a weak reference to the publisher would slow down every reader's
/// strong one.
private final class Showings: Sendable {
  let count = Atomic<UInt64>(0)
}
