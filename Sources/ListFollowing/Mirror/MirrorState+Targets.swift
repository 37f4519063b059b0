// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import ListFormats
private import Names
internal import SignedManifests
private import StrictJSON

/// The targets: lists by what changed since the release served, other formats rendered here, and only what neither gives
/// fetched whole. Whatever way a file came, it has the signed length and digest.
extension MirrorState {
  mutating func addTargets(_ repository: TrustedRepository) throws(FollowFailure) {
    let all = repository.describedTargets
    let lists = Set(
      all.keys.compactMap { try? ListName($0.split(separator: "/").first.map(String.init) ?? "") })
    var done: Set<String> = []
    for name in lists.sorted(by: { $0.text < $1.text }) {
      guard let release = try? SignedRelease(of: name, in: repository) else { continue }
      let list = try addList(name, release)
      if let file = try addApprovals(name, release, list) { done.insert(file) }
      let folder = "\(name.text)/\(release.record.version)/"
      done.insert(folder + ListFormat.entries.rawValue)
      for format in ListFormat.allCases where format != .entries {
        guard let description = all[folder + format.rawValue] else { continue }
        done.insert(folder + format.rawValue)
        if let formats = settings.formats, !formats.contains(format) { continue }
        let file = Self.targets + repository.location(of: folder + format.rawValue, description)
        if try keep(file) { continue }
        if let octets = Self.render(list, name, release, format, description) {
          try write(octets, as: file)
        } else {
          try fetch(file, description)
        }
      }
    }
    for (path, description) in all where !done.contains(path) {
      // A file in no list's newest release: one that stands by itself, or in a format this program does not know.
      guard Self.isPlain(path) else {
        notes.append("a target is left out: its name cannot be a file's here")
        continue
      }
      if settings.formats != nil, path.contains("/") { continue }
      let file = Self.targets + repository.location(of: path, description)
      if try !keep(file) { try fetch(file, description) }
    }
  }

  private static func isPlain(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty && part.first != "."
        && part.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
    }
  }

  // MARK: A list

  private mutating func addList(_ name: ListName, _ release: SignedRelease) throws(FollowFailure) -> Blocklist
  {
    let file = Self.targets + release.location
    let held = try heldList(name)
    if let held, held.version == release.record.version, try keep(file) {
      for (since, path) in changeFiles(name) where since < held.version { _ = try keep(path) }
      return held.list
    }
    let list = try newList(name, release, held)
    try write(list.octets, as: file)
    if let held, held.version < release.record.version {
      try addChanges(name, from: held, step: Delta(from: held.list, to: list))
    }
    return list
  }

  typealias Held = (version: UInt64, list: Blocklist)

  /// The newest release of the list that is served, if it is undamaged.
  func heldList(_ name: ListName) throws(FollowFailure) -> Held? {
    var newest: (version: UInt64, file: String, digest: String)?
    for file in served where file.hasPrefix(Self.targets + name.text + "/") && file.hasSuffix(".entries.txt")
    {
      let parts = file.dropFirst(Self.targets.count).split(separator: "/")
      guard parts.count == 3, let version = UInt64(parts[1]), version > newest?.version ?? 0 else { continue }
      newest = (version, file, String(parts[2].prefix(64)))
    }
    guard let newest, let octets = try read(newest.file), SHA256Digest(hashing: octets).hex == newest.digest,
      let list = try? Blocklist(parsing: octets)
    else { return nil }
    return (newest.version, list)
  }

  private func newList(_ name: ListName, _ release: SignedRelease, _ held: Held?) throws(FollowFailure)
    -> Blocklist
  {
    let update = ListUpdate(transport: transport, list: name)
    if let held, held.version < release.record.version,
      case .delta(let octets, let offered) = try update.offer(
        since: held.version, limit: ListUpdate.worthwhileOctets(release.record))
    {
      if let offered, offered > release.record.version {
        throw .refused(.updateUnsigned(offered: offered, signed: release.record.version))
      }
      let list: Blocklist
      do throws(BlocklistError) { list = try Delta(parsing: octets).applied(to: held.list) } catch {
        throw .refused(.deltaMalformed(reason: error.description))
      }
      guard list.slab.count == release.record.length, list.digest == release.record.digest else {
        throw .refused(.deltaDigest(version: release.record.version))
      }
      return list
    }
    return try ListUpdate.read(
      try update.full(release.record, at: release.location, by: download), release.record)
  }

  // MARK: Changes

  private func folder(_ name: ListName) -> String { "v1/lists/\(name.text)/changes/" }

  /// The changes served, by the release that they start from.
  private func changeFiles(_ name: ListName) -> [(since: UInt64, path: String)] {
    let folder = folder(name)
    return served.filter { $0.hasPrefix(folder) }
      .compactMap { path in UInt64(path.dropFirst(folder.count)).map { ($0, path) } }
      .sorted { $0.since > $1.since }
  }

  /// The changes that led to the release before lead to this one, merged with the last step.
  private mutating func addChanges(_ name: ListName, from held: Held, step: Delta) throws(FollowFailure) {
    guard settings.changeFiles > 0 else { return }
    try write(step.text, as: folder(name) + "\(held.version)")
    for (since, path) in changeFiles(name).filter({ $0.since < held.version }).prefix(
      settings.changeFiles - 1)
    {
      guard let octets = try read(path), let older = try? Delta(parsing: octets),
        let merged = try? older.merging(step)
      else { continue }
      try write(merged.text, as: folder(name) + "\(since)")
    }
  }

  // MARK: One file

  private static func render(
    _ list: Blocklist, _ name: ListName, _ release: SignedRelease, _ format: ListFormat,
    _ signed: TargetDescription
  ) -> [UInt8]? {
    let zone = signed.custom?["zone"]?.stringValue.flatMap { try? DomainName(canonical: $0) }
    let options = RenderOptions(
      list: name, version: ListVersion(release.record.version), zone: zone ?? .defaultPolicyZone,
      action: .nxdomain,
      canary: signed.custom?["canary"]?.stringValue.flatMap { name.canary($0) })
    let octets = format.render(list, options: options).octets
    guard octets.count == signed.length, SHA256Digest(hashing: octets) == signed.sha256 else { return nil }
    return octets
  }

  var download: Download {
    Download(
      transport: transport, files: files, partialPath: settings.directory + "/download.partial", pause: pause)
  }

  private mutating func fetch(_ file: String, _ signed: TargetDescription) throws(FollowFailure) {
    guard let digest = signed.sha256, let length = Int(exactly: signed.length),
      let octets = try download.run(file, length: length, digest: digest)?.octets
    else { throw .unreachable("\(namePart(of: file)): the server's file is not the signed one") }
    try write(octets, as: file)
  }
}
