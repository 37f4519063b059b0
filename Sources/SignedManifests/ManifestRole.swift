// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import StrictJSON

/// The signed part of one kind of metadata (TUF §4.3–4.6).
public protocol ManifestRole: Hashable, Sendable {
  /// The `_type`.
  static var type: String { get }
  /// 1 or more.
  var version: Int64 { get set }
  /// The first moment at which it is no longer valid, to the second.
  var expires: Date { get set }

  /// Reads the `signed` object; unknown fields are kept.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``.
  init(signed: JSONValue) throws(ManifestRefusal)
  /// The `signed` object, unknown fields included.
  var signed: JSONObject { get }
}

extension ManifestRole {
  /// Whether less than half of `lifetime` remains, so that it is time to sign anew; or more than all of it and an hour, since it was signed
  /// by a clock that ran ahead, and would pass as current for too long.
  public func needsResigning(at now: Date, lifetime: TimeInterval) -> Bool {
    let left = expires.timeIntervalSince(now)
    return left < lifetime / 2 || left > lifetime + 3_600
  }

  /// Whether it is no longer valid.
  public func isExpired(at now: Date) -> Bool { expires <= now }
}

/// What every role has, read and written alike.
struct RoleHeader: Hashable, Sendable {
  static let specVersion = "1.0.34"

  var specVersion = Self.specVersion
  var version: Int64
  var expires: Date

  init(version: Int64, expires: Date) {
    self.version = version
    self.expires = expires
  }

  init(reading fields: inout FieldReader) throws(ManifestRefusal) {
    let type = try fields.string("_type")
    guard type == fields.role else { throw fields.malformed("_type is not \(fields.role)") }
    specVersion = try fields.string("spec_version")
    let parts = specVersion.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0] == "1", parts.allSatisfy(Self.isNumber) else {
      throw fields.malformed("spec_version is not 1.x")
    }
    version = try fields.integer("version", atLeast: 1)
    expires = try fields.date("expires")
  }

  func object(type: String) -> JSONObject {
    [
      "_type": .string(type), "spec_version": .string(specVersion), "version": .integer(version),
      "expires": .string(RFC3339.format(expires)),
    ]
  }

  private static func isNumber(_ part: Substring) -> Bool {
    !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
