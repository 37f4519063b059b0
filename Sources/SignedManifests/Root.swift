// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import StrictJSON

/// Which keys speak for which role (TUF §4.3).
public struct Root: ManifestRole {
  /// The `_type` of this role.
  public static let type = "root"

  /// The four roles that every repository has.
  public enum RoleName: String, CaseIterable, Sendable {
    case root, timestamp, snapshot, targets
  }

  var header: RoleHeader
  /// Whether files bear their version or hash in their names (TUF §6.2).
  public var consistentSnapshot: Bool
  /// Every key by its id.
  public var keys: [String: ManifestKey]
  /// Every one of the four is there.
  public private(set) var roles: [RoleName: RoleKeys]
  private var otherRoles: JSONObject
  var unrecognized: JSONObject

  /// 1 or more, one more with each change.
  public var version: Int64 {
    get { header.version }
    set { header.version = newValue }
  }
  /// The first moment at which it is no longer valid.
  public var expires: Date {
    get { header.expires }
    set { header.expires = newValue }
  }

  /// Keys and threshold of `name`.
  public subscript(name: RoleName) -> RoleKeys {
    get { roles[name] ?? RoleKeys(keyids: [], threshold: .max) }
    set { roles[name] = newValue }
  }

  /// The first root of a repository with consistent snapshots.
  ///
  /// `root` and `online` are the keys of the offline role and of the three others.
  public static func initial(
    root: [ManifestKey], rootThreshold: Int, online: [ManifestKey], targets: [ManifestKey]? = nil,
    targetsThreshold: Int = 1, expires: Date
  ) -> Root {
    let targets = targets ?? online
    let keys = (root + online + targets).map { ($0.keyid, $0) }
    let onlineKeys = RoleKeys(keyids: unique(online.map(\.keyid)), threshold: 1)
    return Root(
      version: 1, expires: expires, keys: Dictionary(keys) { first, _ in first },
      roles: [
        .root: RoleKeys(keyids: unique(root.map(\.keyid)), threshold: rootThreshold),
        .timestamp: onlineKeys, .snapshot: onlineKeys,
        .targets: RoleKeys(keyids: unique(targets.map(\.keyid)), threshold: targetsThreshold),
      ])
  }

  private static func unique(_ keyids: [String]) -> [String] {
    var seen: Set<String> = []
    return keyids.filter { seen.insert($0).inserted }
  }

  private init(
    version: Int64, expires: Date, keys: [String: ManifestKey], roles: [RoleName: RoleKeys]
  ) {
    header = RoleHeader(version: version, expires: expires)
    consistentSnapshot = true
    self.keys = keys
    self.roles = roles
    otherRoles = JSONObject()
    unrecognized = JSONObject()
  }

  /// Reads the `signed` object; unknown fields are kept.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``.
  public init(signed: JSONValue) throws(ManifestRefusal) {
    var fields = try FieldReader(signed, "signed", role: Self.type)
    header = try RoleHeader(reading: &fields)
    switch fields.optional("consistent_snapshot") {
    case nil: consistentSnapshot = false
    case .bool(let flag): consistentSnapshot = flag
    default: throw fields.malformed("consistent_snapshot is neither true nor false")
    }
    keys = [:]
    for (keyid, value) in try fields.object("keys").members {
      keys[keyid] = try ManifestKey(keyid: keyid, json: value, role: Self.type)
    }
    var named = try FieldReader(fields.required("roles"), "roles", role: Self.type)
    roles = [:]
    for name in RoleName.allCases {
      roles[name] = try RoleKeys(
        json: named.required(name.rawValue), name: name.rawValue, role: Self.type)
    }
    otherRoles = named.remaining
    unrecognized = fields.remaining
  }

  /// The `signed` object, unknown fields included.
  public var signed: JSONObject {
    var object = header.object(type: Self.type)
    object["consistent_snapshot"] = .bool(consistentSnapshot)
    object["keys"] = .object(
      JSONObject(keys.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value.object)) }))
    let named = RoleName.allCases.map { ($0.rawValue, JSONValue.object(self[$0].object)) }
    object["roles"] = .object(JSONObject(named).adding(otherRoles))
    return object.adding(unrecognized)
  }
}
