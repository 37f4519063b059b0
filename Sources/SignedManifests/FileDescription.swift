// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// What one metadata file says of another (TUF §4.4 `METAFILES`).
public struct FileDescription: Hashable, Sendable {
  /// 1 or more.
  public let version: Int64
  /// Octets, when given.
  public let length: Int64?
  /// Algorithm to lower-case hexadecimal digits, when given.
  public let hashes: [String: String]?
  let unrecognized: JSONObject

  /// A file by its version, and its length and hashes when they are to be checked.
  public init(version: Int64, length: Int64? = nil, hashes: [String: String]? = nil) {
    self.version = version
    self.length = length
    self.hashes = hashes
    unrecognized = JSONObject()
  }

  init(json: JSONValue, role: String) throws(ManifestRefusal) {
    var fields = try FieldReader(json, "meta", role: role)
    version = try fields.integer("version", atLeast: 1)
    length = fields.remaining["length"] == nil ? nil : try fields.integer("length", atLeast: 0)
    hashes = fields.remaining["hashes"] == nil ? nil : try fields.hashes("hashes")
    unrecognized = fields.remaining
  }

  var json: JSONValue {
    var object: JSONObject = ["version": .integer(version)]
    if let length { object["length"] = .integer(length) }
    if let hashes { object["hashes"] = hashes.json }
    return .object(object.adding(unrecognized))
  }
}
