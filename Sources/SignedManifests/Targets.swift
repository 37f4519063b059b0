// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import StrictJSON

/// The target files, and who else may describe some (TUF §4.5).
public struct Targets: ManifestRole {
  /// The `_type` of this role.
  public static let type = "targets"

  var header: RoleHeader
  /// Target path to what the file must be.
  public var targets: [String: TargetDescription]
  /// The roles trusted for parts of the name space, when there are any.
  public var delegations: Delegations?
  private var unrecognized = JSONObject()

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

  /// Targets metadata.
  public init(
    version: Int64, expires: Date, targets: [String: TargetDescription],
    delegations: Delegations? = nil
  ) {
    header = RoleHeader(version: version, expires: expires)
    self.targets = targets
    self.delegations = delegations
  }

  /// Reads the `signed` object; unknown fields are kept.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``.
  public init(signed: JSONValue) throws(ManifestRefusal) {
    var fields = try FieldReader(signed, "signed", role: Self.type)
    header = try RoleHeader(reading: &fields)
    targets = [:]
    for (path, value) in try fields.object("targets").members {
      targets[path] = try TargetDescription(json: value, role: Self.type)
    }
    if let value = fields.optional("delegations") {
      delegations = try Delegations(json: value, role: Self.type)
    }
    unrecognized = fields.remaining
  }

  /// The `signed` object, unknown fields included.
  public var signed: JSONObject {
    var object = header.object(type: Self.type)
    object["targets"] = .object(
      JSONObject(targets.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
    if let delegations { object["delegations"] = delegations.json }
    return object.adding(unrecognized)
  }
}
