// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// Whom a targets role trusts for which paths, first come first asked (TUF §4.5 `DELEGATIONS`).
public struct Delegations: Hashable, Sendable {
  /// Every key by its id.
  public var keys: [String: ManifestKey]
  /// In the order of their priority, no name twice.
  public var roles: [DelegatedRole]
  private var unrecognized = JSONObject()

  /// Delegations to `roles`.
  public init(keys: [ManifestKey], roles: [DelegatedRole]) {
    self.keys = Dictionary(keys.map { ($0.keyid, $0) }) { first, _ in first }
    self.roles = roles
  }

  init(json: JSONValue, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "delegations", role: role)
    keys = [:]
    for (keyid, value) in try fields.object("keys").members {
      keys[keyid] = try ManifestKey(keyid: keyid, json: value, role: role)
    }
    roles = []
    for value in try fields.array("roles") {
      roles.append(try DelegatedRole(json: value, role: role))
    }
    guard Set(roles.map(\.name)).count == roles.count else {
      throw fields.malformed("a delegated role is repeated")
    }
    unrecognized = fields.remaining
  }

  var json: JSONValue {
    let object: JSONObject = [
      "keys": .object(
        JSONObject(keys.sorted { $0.key < $1.key }.map { ($0.key, .object($0.value.object)) })),
      "roles": .array(roles.map(\.json)),
    ]
    return .object(object.adding(unrecognized))
  }
}
