// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import FoundationEssentials
public import Records
internal import SignedManifests

/// Targets of the repository that belong to no release, such as `agencies.json`: signed by the targets role, they stay
/// from release to release until they are replaced. Their octets are kept with the metadata.
enum StandingTargets {
  /// The most octets of one.
  static let maximumOctets = 4 << 20
  private static let folder = "standing/"

  /// Whether `name` can be one: 1 to 64 lower-case letters, digits, `.` and `-`, the first a letter. Releases lie in folders.
  static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x61...0x7A).contains(first), name.utf8.count <= 64 else {
      return false
    }
    return name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D
    }
  }

  static func file(_ name: String, _ octets: [UInt8]) -> MetadataFile {
    MetadataFile(name: folder + name, octets: octets)
  }

  static func isStanding(_ file: MetadataFile) -> Bool { file.name.hasPrefix(folder) }

  /// The ones that `signed` names whose octets are here, and are those that were signed.
  static func inForce(_ files: [MetadataFile], _ signed: SignedRepository) -> [String: PublishedFile] {
    var standing: [String: PublishedFile] = [:]
    for file in files where isStanding(file) {
      let name = String(file.name.dropFirst(folder.count))
      let published = PublishedFile(octets: file.octets, mediaType: "application/json")
      guard signed.current?.targets.signed.targets[name]?.sha256 == published.digest else { continue }
      standing[name] = published
    }
    return standing
  }
}

extension Publisher {
  /// Puts standing targets in place of those of the same names, signed with the release that is in force.
  ///
  /// - Parameter files: The octets by name, `agencies.json` for one.
  /// - Throws: `manifest` for a name or size that no standing target has, or without the keys of the targets role;
  ///   `rootMissing`, `contention`, `records`.
  public func putStandingTargets(_ files: [String: [UInt8]], act: Act) async throws(PublicationError) {
    for (name, octets) in files {
      guard StandingTargets.isName(name), octets.count <= StandingTargets.maximumOctets else {
        throw .manifest("a standing target has another name or is too large")
      }
    }
    await gate.enter()
    do throws(PublicationError) {
      try await put(files, act)
      await gate.leave()
    } catch {
      await gate.leave()
      throw error
    }
  }

  private func put(_ files: [String: [UInt8]], _ act: Act) async throws(PublicationError) {
    for _ in 0..<Self.maximumAttempts {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let signed = try SignedRepository(files: metadata.files)
      var targets = signed.current?.targets.signed.targets ?? [:]
      for (name, octets) in files { targets[name] = TargetDescription(of: octets) }
      let changed =
        try signing.files(targets: settings.withFileKey(targets), over: signed, now: clock())
        + files.map { StandingTargets.file($0.key, $0.value) }
      if try await save(changed, expecting: metadata.revision, act: act) { return try await refresh() }
    }
    throw .contention
  }
}
