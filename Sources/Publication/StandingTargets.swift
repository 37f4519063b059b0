// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import FoundationEssentials
public import Records
internal import SignedManifests

/// Targets of the repository that belong to no release, such as `agencies.json`: signed by the top-level targets role, they
/// stay from release to release until they are replaced. Their octets are kept with the metadata.
enum StandingTargets {
  private static let folder = "standing/"
  /// The one before the one in force of each name, for clients that are still at the metadata of then.
  private static let earlierFolder = "earlier/"

  /// `contents` to be kept in place of those of the same names among `files`; what they replace stays for a while.
  static func replacing(_ contents: [String: [UInt8]], in files: [MetadataFile]) -> [MetadataFile] {
    let kept = Dictionary(files.map { ($0.name, $0.octets) }) { first, _ in first }
    return contents.sorted { $0.key < $1.key }.flatMap { name, octets in
      let file = MetadataFile(name: folder + name, octets: octets)
      guard let before = kept[folder + name], before != octets else { return [file] }
      return [file, MetadataFile(name: earlierFolder + name, octets: before)]
    }
  }

  /// The ones that were replaced last, by name.
  static func earlier(_ files: [MetadataFile]) -> [(name: String, file: PublishedFile)] {
    files.filter { $0.name.hasPrefix(earlierFolder) }.map { file in
      let name = String(file.name.dropFirst(earlierFolder.count))
      return (name, PublishedFile(octets: file.octets, mediaType: mediaType(of: name)))
    }
  }

  static func isStanding(_ file: MetadataFile) -> Bool { file.name.hasPrefix(folder) }

  /// The ones that `signed` names whose octets are here, and are those that were signed.
  static func inForce(_ files: [MetadataFile], _ signed: SignedRepository) -> [String: PublishedFile] {
    var standing: [String: PublishedFile] = [:]
    for file in files where isStanding(file) {
      let name = String(file.name.dropFirst(folder.count))
      let published = PublishedFile(octets: file.octets, mediaType: mediaType(of: name))
      guard signed.current?.targets.signed.targets[name]?.sha256 == published.digest else { continue }
      standing[name] = published
    }
    return standing
  }

  private static func mediaType(of name: String) -> String {
    name.hasSuffix(".json")
      ? "application/json" : name.hasSuffix(".pem") ? "application/x-pem-file" : "text/plain; charset=utf-8"
  }
}

extension Publisher {
  /// Puts standing targets in place of those of the same names, signed by the service with the release that is in force.
  ///
  /// - Parameter files: The octets by name, `agencies.json` for one.
  /// - Returns: The version of the targets that name them.
  /// - Throws: `proposalRefused` for a name or size that no standing target has, and where the targets are signed by their
  ///   holders: then by ``proposeTargets(_:act:answering:)``; `rootMissing`, `contention`, `manifest`, `records`.
  @discardableResult
  public func putStandingTargets(
    _ files: [String: [UInt8]], act: Act, answering: Answering<Int64>? = nil
  ) async throws(PublicationError) -> Recorded<Int64> {
    for (name, octets) in files {
      guard TargetsBundle.isName(name), octets.count <= TargetsBundle.maximumFileOctets else {
        throw .proposalRefused("no target can be called \(name), or it is too large")
      }
    }
    return try await gated { () async throws(PublicationError) in
      try await self.replaying(answering) { () async throws(PublicationError) in
        try await self.put(files, act, answering)
      }
    }
  }

  private func put(
    _ files: [String: [UInt8]], _ act: Act, _ answering: Answering<Int64>?
  ) async throws(PublicationError) -> Recorded<Int64> {
    for _ in 0..<Self.maximumAttempts {
      let metadata = try await stored { (records) throws(RecordsError) in try await records.metadata() }
      let signed = try SignedRepository(files: metadata.files)
      guard signing.signsTargets(under: signed.root.signed) else {
        throw .proposalRefused("the targets are signed by their holders: propose them")
      }
      let described = files.mapValues { TargetDescription(of: $0) }
      let changed =
        try signing.files(
          release: { $0.merge(described) { $1 } }, settings: settings, over: signed, now: clock())
        + StandingTargets.replacing(files, in: metadata.files)
      let version = (signed.current?.targets.signed.version ?? 0) + 1
      if let saved = try await save(
        changed, expecting: metadata.revision, act: act, answering: answering?.about(version))
      {
        try await refresh()
        return saved.with(version)
      }
    }
    throw .contention
  }
}
