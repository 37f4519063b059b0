// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import FoundationEssentials
internal import SignedManifests

/// One published state on its way into a mirror's directory: each file is kept from the state before or new, and each new one
/// is verified before it is written.
struct MirrorState {
  let tree: MirrorTree
  let earlier: Int?
  let settings: MirrorSettings
  let transport: any Transport
  let files: LocalFileSystem
  let pause: @Sendable (Duration) -> Void
  /// The files of the state served so far.
  let served: Set<String>
  /// The files of this one.
  private(set) var placed: Set<String> = []
  private var kept = 0
  /// What a person should know.
  var notes: [String] = []

  static let metadata = "repository/metadata/"
  static let targets = "repository/targets/"

  init(
    tree: MirrorTree, earlier: Int?, settings: MirrorSettings, transport: any Transport,
    files: LocalFileSystem,
    pause: @escaping @Sendable (Duration) -> Void
  ) throws(FollowFailure) {
    self.tree = tree
    self.earlier = earlier
    self.settings = settings
    self.transport = transport
    self.files = files
    self.pause = pause
    served = try local { () throws(FileFault) in
      try tree.begin()
      guard let earlier else { return [] }
      return Set(try tree.paths(of: earlier))
    }
  }

  // MARK: Files

  mutating func write(_ octets: [UInt8], as file: String) throws(FollowFailure) {
    let tree = tree
    try local { () throws(FileFault) in try tree.write(octets, as: file) }
    placed.insert(file)
  }

  /// Whether the state before has the file; if so it is in this one too.
  mutating func keep(_ file: String) throws(FollowFailure) -> Bool {
    guard let earlier, served.contains(file), !placed.contains(file) else { return placed.contains(file) }
    let tree = tree
    try local { () throws(FileFault) in try tree.keep(file, of: earlier) }
    placed.insert(file)
    kept += 1
    return true
  }

  /// A file of the state before; nil when there is none.
  func read(_ file: String) throws(FollowFailure) -> [UInt8]? {
    guard let earlier else { return nil }
    let tree = tree
    return try local { () throws(FileFault) in try tree.read(file, of: earlier) }
  }

  // MARK: Metadata

  /// The metadata in force, and every root since the one handed over.
  mutating func addMetadata(
    _ repository: TrustedRepository, trust: MetadataDirectory, now: Date
  ) throws(FollowFailure) {
    let root = Self.metadata + "\(repository.root.signed.version).root.json"
    let roots = served.filter { $0.hasPrefix(Self.metadata) && $0.hasSuffix(".root.json") }
    if roots.contains(root) {
      for each in roots { _ = try keep(each) }
    } else {
      for (path, octets) in try allRoots(trust, now: now) { try write(octets, as: path) }
    }
    var versions = [
      ("timestamp.json", "timestamp.json"),
      ("snapshot.json", "\(repository.snapshot.signed.version).snapshot.json"),
      ("targets.json", "\(repository.targets.signed.version).targets.json"),
    ]
    for (role, metadata) in repository.delegated {
      versions.append(("\(role).json", "\(metadata.signed.version).\(role).json"))
    }
    for (kept, name) in versions {
      if kept != "timestamp.json", try keep(Self.metadata + name) { continue }
      guard let octets = try local({ () throws(FileFault) in try trust.read(kept) }) else {
        throw .local(FileFault(operation: "read", path: trust.path + "/" + kept, reason: "no such file"))
      }
      try write(octets, as: Self.metadata + name)
    }
  }

  /// Every root from the first one trusted, by verifying the whole chain once more.
  private func allRoots(_ trust: MetadataDirectory, now: Date) throws(FollowFailure) -> [String: [UInt8]] {
    let (scratch, files) = (settings.directory + "/replay", files)
    guard let first = try local({ () throws(FileFault) in try trust.read("first-root.json") }) else {
      throw .local(
        FileFault(operation: "read", path: trust.path + "/first-root.json", reason: "no such file"))
    }
    let recorder = RecordingTransport(transport)
    let replay = try local { () throws(FileFault) in
      try MetadataDirectory(path: scratch, files: OverlayFileSystem(over: files, hiding: scratch))
    }
    _ = try MetadataRefresh(transport: recorder, directory: replay, now: now).run(firstRoot: first)
    var roots = recorder.parts.filter { $0.key.hasSuffix(".root.json") }
    do {
      let version = try UnverifiedMetadata<Root>(parsing: first, maximumOctets: 1 << 20).signed.version
      roots[Self.metadata + "\(version).root.json"] = first
    } catch {
      throw .refused(.metadata(error))
    }
    return roots
  }

  // MARK: The end

  /// Keeps what the newest state no longer names for those who are at it, as long as the settings say.
  mutating func keepObsolete(_ memory: inout MirrorMemory, now: Int64) {
    var times: [String: Int64] = [:]
    for file in served where !placed.contains(file) && file.hasPrefix("repository/") {
      let since = min(now, memory.obsolete[file] ?? now)
      guard now.subtractingReportingOverflow(since).partialValue < Int64(settings.keepSeconds) else {
        continue
      }
      guard (try? keep(file)) == true else { continue }
      times[file] = since
    }
    memory.obsolete = times
  }

  /// Has this state served; how many of its files are new.
  func publish() throws(FollowFailure) -> Int {
    let (tree, earlier) = (tree, earlier)
    try local { () throws(FileFault) in try tree.publish(over: earlier) }
    return placed.count - kept
  }
}
