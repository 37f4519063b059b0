// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
internal import StrictJSON

/// One delegation: keys, threshold, and the paths they are trusted for.
public struct DelegatedRole: Hashable, Sendable {
  /// How the trusted paths are given.
  public enum Paths: Hashable, Sendable {
    /// Shell-style patterns; `*` and `?` never match a `/`.
    case patterns([String])
    /// Prefixes of the hexadecimal SHA-256 of a path.
    case hashPrefixes([String])
  }

  /// The role's name, which names its file.
  public let name: String
  /// Who signs for it.
  public let keys: RoleKeys
  /// Whether the search ends here for a matching path.
  public let isTerminating: Bool
  /// What it is trusted for.
  public let paths: Paths
  private let unrecognized: JSONObject

  /// A delegation to `name`.
  public init(name: String, keys: RoleKeys, paths: Paths, isTerminating: Bool = false) {
    self.name = name
    self.keys = keys
    self.paths = paths
    self.isTerminating = isTerminating
    unrecognized = JSONObject()
  }

  init(json: JSONValue, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "delegated role", role: role)
    name = try fields.string("name")
    guard !name.isEmpty, Root.RoleName(rawValue: name) == nil else {
      throw fields.malformed("a delegated role bears the name of a top-level role, or none")
    }
    keys = try RoleKeys(reading: &fields)
    guard let isTerminating = try fields.required("terminating").boolValue else {
      throw fields.malformed("terminating is neither true nor false")
    }
    self.isTerminating = isTerminating
    switch (fields.remaining["paths"] != nil, fields.remaining["path_hash_prefixes"] != nil) {
    case (true, false): paths = .patterns(try fields.strings("paths"))
    case (false, true): paths = .hashPrefixes(try fields.strings("path_hash_prefixes"))
    default: throw fields.malformed("neither paths nor path_hash_prefixes alone are given")
    }
    unrecognized = fields.remaining
  }

  var json: JSONValue {
    var object = keys.object
    object["name"] = .string(name)
    object["terminating"] = .bool(isTerminating)
    switch paths {
    case .patterns(let patterns): object["paths"] = .array(patterns.map { .string($0) })
    case .hashPrefixes(let prefixes):
      object["path_hash_prefixes"] = .array(prefixes.map { .string($0) })
    }
    return .object(object.adding(unrecognized))
  }

  /// Whether this role is trusted for the target `path`.
  public func covers(_ path: String) -> Bool {
    switch paths {
    case .patterns(let patterns): return patterns.contains { PathPattern($0).matches(path) }
    case .hashPrefixes(let prefixes):
      let hash = SHA256Digest(hashing: Array(path.utf8)).hex
      return prefixes.contains { hash.hasPrefix($0) }
    }
  }
}
