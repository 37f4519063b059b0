// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import StrictJSON

/// Which snapshot is the newest (TUF §4.6).
public struct Timestamp: ManifestRole {
  /// The `_type` of this role.
  public static let type = "timestamp"
  private static let file = "snapshot.json"

  var header: RoleHeader
  /// The newest snapshot.
  public var snapshot: FileDescription
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

  /// A timestamp for `snapshot`.
  public init(version: Int64, expires: Date, snapshot: FileDescription) {
    header = RoleHeader(version: version, expires: expires)
    self.snapshot = snapshot
  }

  /// Reads the `signed` object; unknown fields are kept.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``.
  public init(signed: JSONValue) throws(ManifestRefusal) {
    var fields = try FieldReader(signed, "signed", role: Self.type)
    header = try RoleHeader(reading: &fields)
    let meta = try fields.object("meta")
    guard meta.count == 1, let described = meta[Self.file] else {
      throw fields.malformed("meta does not name snapshot.json alone")
    }
    snapshot = try FileDescription(json: described, role: Self.type)
    unrecognized = fields.remaining
  }

  /// The `signed` object, unknown fields included.
  public var signed: JSONObject {
    var object = header.object(type: Self.type)
    object["meta"] = .object(JSONObject([(Self.file, snapshot.json)]))
    return object.adding(unrecognized)
  }
}
