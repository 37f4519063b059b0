// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
private import SignedManifests

/// One round of mirroring: refresh the signed metadata as a follower would, fetch and verify what it names, and have all of
/// it served in one step.
///
/// The caller holds the `DirectoryLock` of the directory.
public struct MirrorRound {
  private let settings: MirrorSettings
  private let transport: any Transport
  private let now: Date
  private let pause: @Sendable (Duration) -> Void
  private let files = LocalFileSystem()

  /// How often a round begins anew because a release came out in its middle.
  static let maximumAttempts = 3

  /// A round at a given time.
  /// - Parameter pause: waits before another attempt of a download that broke.
  public init(
    settings: MirrorSettings, transport: any Transport, now: Date,
    pause: @escaping @Sendable (Duration) -> Void = FollowRound.sleep
  ) {
    self.settings = settings
    self.transport = transport
    self.now = now
    self.pause = pause
  }

  /// Runs it to its end. Whatever goes wrong, the state served before stays.
  public func run() -> MirrorReport {
    var failure = FollowFailure.unreachable("the repository does not come to rest")
    for _ in 0..<Self.maximumAttempts {
      var notes: [String] = []
      do {
        return MirrorReport(outcome: try attempt(&notes), notes: notes)
      } catch {
        failure = error
        guard error.mayBeARelease else { break }
      }
    }
    return MirrorReport(outcome: .failed(failure), notes: [])
  }

  private func attempt(_ notes: inout [String]) throws(FollowFailure) -> MirrorOutcome {
    let tree = MirrorTree(path: settings.directory)
    let trust = try local { () throws(FileFault) in
      try MetadataDirectory(path: settings.directory + "/trust", files: files)
    }
    let root = try trust.trustedRoot(handedOver: settings.rootFile)
    let repository = try MetadataRefresh(transport: transport, directory: trust, now: now).run(
      firstRoot: root)
    let timestamp = repository.timestamp.signed.version
    var memory = try local { () throws(FileFault) in
      MirrorMemory(parsing: try files.read(memoryPath, maximumOctets: 1 << 26) ?? [])
    }
    let earlier = try local { () throws(FileFault) in try tree.current() }
    if let earlier, memory.settings == settings.fingerprint, try isServed(trust, by: tree, earlier) {
      return .current(timestamp: timestamp)
    }
    var state = try MirrorState(
      tree: tree, earlier: earlier, settings: settings, transport: transport, files: files, pause: pause)
    try state.addMetadata(repository, trust: trust, now: now)
    try state.addTargets(repository)
    state.keepObsolete(&memory, now: Int64(now.timeIntervalSince1970))
    notes += state.notes
    let newFiles = try state.publish()
    memory.settings = settings.fingerprint
    try local { () throws(FileFault) in
      try files.replace(memoryPath, with: memory.encoded, permissions: 0o640)
    }
    return .updated(timestamp: timestamp, newFiles: newFiles)
  }

  private var memoryPath: String { settings.directory + "/memory.json" }

  private func isServed(_ trust: MetadataDirectory, by tree: MirrorTree, _ state: Int) throws(FollowFailure)
    -> Bool
  {
    try local { () throws(FileFault) in
      let served = try tree.read(MirrorState.metadata + "timestamp.json", of: state)
      return try served == trust.read("timestamp.json")
    }
  }
}

extension FollowFailure {
  /// Whether a release that came out in the middle of a round may be the cause: worth beginning anew at once.
  fileprivate var mayBeARelease: Bool {
    switch self {
    case .unreachable, .refused(.updateUnsigned), .refused(.deltaDigest): true
    default: false
    }
  }
}
