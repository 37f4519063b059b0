// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import StrictJSON

/// Which versions of all targets metadata belong together (TUF §4.4).
public struct Snapshot: ManifestRole {
  /// The `_type` of this role.
  public static let type = "snapshot"

  var header: RoleHeader
  /// File name, such as `targets.json`, to what it must be.
  public var meta: [String: FileDescription]
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

  /// A snapshot of `meta`.
  public init(version: Int64, expires: Date, meta: [String: FileDescription]) {
    header = RoleHeader(version: version, expires: expires)
    self.meta = meta
  }

  /// Reads the `signed` object; unknown fields are kept.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``.
  public init(signed: JSONValue) throws(ManifestRefusal) {
    var fields = try FieldReader(signed, "signed", role: Self.type)
    header = try RoleHeader(reading: &fields)
    meta = [:]
    for (name, value) in try fields.object("meta").members {
      meta[name] = try FileDescription(json: value, role: Self.type)
    }
    unrecognized = fields.remaining
  }

  /// The `signed` object, unknown fields included.
  public var signed: JSONObject {
    var object = header.object(type: Self.type)
    object["meta"] = .object(
      JSONObject(meta.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
    return object.adding(unrecognized)
  }
}
