// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import StrictJSON

/// Top-level targets on their way to being signed by their holders, with every file that they describe: what a holder reads
/// and signs, and what is published.
public struct TargetsBundle: Hashable, Sendable {
  /// The role that the service signs releases with, where the top-level targets are signed by people.
  public static let releases = "releases"
  /// The paths it is trusted for: `{list}/{version}/{format}`, and so no file of a bundle.
  public static let releasePaths = ["*/*/*"]
  /// The most octets of one file.
  public static let maximumFileOctets = 4 << 20
  /// The most octets of a whole bundle as JSON.
  public static let maximumOctets = 16 << 20

  /// The targets with the signatures collected so far.
  public var metadata: UnverifiedMetadata<Targets>
  /// Their content, by name; all of it UTF-8 text.
  public let files: [String: [UInt8]]

  /// A bundle of `metadata` and all that it describes.
  ///
  /// - Throws: ``ManifestRefusal`` when a file is missing, too many, too long, or is not the one described.
  public init(_ metadata: UnverifiedMetadata<Targets>, files: [String: [UInt8]]) throws(ManifestRefusal) {
    for (name, octets) in files {
      guard let description = metadata.signed.targets[name] else {
        throw Self.malformed("the file \(name) is not described by the targets")
      }
      guard octets.count <= Self.maximumFileOctets else {
        throw .tooLarge(name: name, limit: Self.maximumFileOctets)
      }
      guard String(validating: octets, as: UTF8.self) != nil else {
        throw Self.malformed("the file \(name) is not UTF-8 text")
      }
      try FileCheck.verify(octets, name: name, length: description.length, hashes: description.hashes)
    }
    for name in metadata.signed.targets.keys.sorted() {
      guard Self.isName(name) else { throw Self.malformed("no target of holders can be called \(name)") }
      guard files[name] != nil else { throw .missing(name: name) }
    }
    self.metadata = metadata
    self.files = files
  }

  /// Reads `{"metadata": {…}, "files": {"agencies.json": "…"}}`.
  ///
  /// - Throws: as ``init(_:files:)``.
  public init(json: JSONValue) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "the proposal", role: Targets.type)
    let metadata = try fields.required("metadata")
    var files: [String: [UInt8]] = [:]
    for (name, value) in try fields.object("files").members {
      guard let text = value.stringValue else { throw fields.malformed("the file \(name) is not a text") }
      files[name] = Array(text.utf8)
    }
    guard fields.remaining.isEmpty else { throw fields.malformed("it has more than metadata and files") }
    try self.init(try UnverifiedMetadata(parsing: metadata.encoded()), files: files)
  }

  /// The same as JSON.
  public var json: JSONValue {
    let texts = files.sorted { $0.key < $1.key }.map {
      ($0.key, JSONValue.string(String(decoding: $0.value, as: UTF8.self)))
    }
    // What was encoded by us parses.
    let envelope = (try? JSONValue(parsing: metadata.encoded)) ?? .null
    return ["metadata": envelope, "files": .object(JSONObject(texts))]
  }

  /// Whether a target that belongs to no release can be called so: 1 to 64 lower-case letters, digits, `.`, `-` and `_`, the first
  /// a letter, and before it at most one folder of the same form. Releases lie two folders deep.
  public static func isName(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= 2
      && parts.allSatisfy { part in
        guard let first = part.utf8.first, (0x61...0x7A).contains(first), part.utf8.count <= 64 else {
          return false
        }
        return part.utf8.allSatisfy {
          (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F
        }
      }
  }

  /// Refuses what must not be put in force after `current`, whoever signed it: followers would lose the list, or the
  /// service could not go on publishing.
  ///
  /// - Parameters:
  ///   - current: the targets in force; nil before the first.
  ///   - paths: the targets of the releases in force.
  ///   - online: the ids of the keys that the service signs with.
  /// - Throws: ``ManifestRefusal``.
  public func judge(
    after current: Targets?, releases paths: some Sequence<String>, online: Set<String>, now: Date
  ) throws(ManifestRefusal) {
    let next = metadata.signed
    let (version, isBeyond) = (current?.version ?? 0).addingReportingOverflow(1)
    guard !isBeyond, next.version == version else {
      throw .wrongVersion(role: Targets.type, expected: version, found: next.version)
    }
    guard !next.isExpired(at: now) else { throw .expired(role: Targets.type, at: next.expires) }
    guard let roles = next.delegations?.roles, roles.count == 1, let role = roles.first,
      role.name == Self.releases
    else { throw Self.malformed("they must delegate to the role \(Self.releases), and to no other") }
    guard online.intersection(role.keys.keyids).count >= role.keys.threshold else {
      throw Self.malformed("the service lacks the keys of the role \(Self.releases)")
    }
    guard case .patterns(let patterns) = role.paths,
      patterns.allSatisfy({ $0.split(separator: "/", omittingEmptySubsequences: false).count == 3 })
    else {
      throw Self.malformed(
        "the role \(Self.releases), which is signed online, may be trusted for {list}/{version}/{format} alone"
      )
    }
    for path in Array(paths) + ["list/1/entries.txt"] where !role.covers(path) {
      throw Self.malformed("the role \(Self.releases) is not trusted for \(path)")
    }
  }

  static func malformed(_ detail: String) -> ManifestRefusal {
    .malformed(role: Targets.type, detail: detail)
  }
}
