// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// What an output file was last written from, so that a round with nothing new need not render it again.
public struct OutputStamp: Hashable, Sendable {
  /// The file.
  public var path: String
  /// Everything the content depends on, in one digest (hexadecimal).
  public var source: String
  /// Length of the file in octets.
  public var length: Int
  /// Tells the file from another of this length; nil where the file system cannot say.
  public var identity: String?
  /// The serial that it has, where it is a policy zone.
  public var serial: UInt32?
  /// The release that it was written from.
  public var version: UInt64?
  /// Entries it carries.
  public var listed: Int
  /// Entries the format cannot express.
  public var omitted: Int
  /// Entries it carries as the name alone, because the format cannot say "and everything below".
  public var narrowed: Int

  init(
    path: String, source: String, length: Int, identity: String?, listed: Int, omitted: Int, narrowed: Int,
    serial: UInt32? = nil, version: UInt64? = nil
  ) {
    (self.serial, self.version) = (serial, version)
    self.path = path
    self.source = source
    self.length = length
    self.identity = identity
    self.listed = listed
    self.omitted = omitted
    self.narrowed = narrowed
  }

  init?(_ value: JSONValue) {
    guard let path = value["path"]?.stringValue, let source = value["source"]?.stringValue,
      let length = value["length"]?.integerValue, let listed = value["listed"]?.integerValue,
      let omitted = value["omitted"]?.integerValue
    else { return nil }
    self.init(
      path: path, source: source, length: Int(length), identity: value["identity"]?.stringValue,
      listed: Int(listed), omitted: Int(omitted),
      narrowed: value["narrowed"]?.integerValue.flatMap(Int.init(exactly:)) ?? 0,
      serial: value["serial"]?.integerValue.flatMap(UInt32.init(exactly:)),
      version: value["version"]?.integerValue.flatMap(UInt64.init(exactly:)))
  }

  var json: JSONValue {
    var object: JSONObject = [
      "path": .string(path), "source": .string(source), "length": .integer(Int64(length)),
      "listed": .integer(Int64(listed)), "omitted": .integer(Int64(omitted)),
    ]
    if narrowed > 0 { object["narrowed"] = .integer(Int64(narrowed)) }
    object["serial"] = serial.map { .integer(Int64($0)) }
    object["version"] = version.map { .integer(Int64(clamping: $0)) }
    object["identity"] = identity.map { .string($0) }
    return .object(object)
  }

  /// Whether a file is still the one that was written.
  func isOf(_ file: FileStamp?, _ found: FileIdentity?) -> Bool {
    guard let file, file.octets == length else { return false }
    guard let identity, let found else { return true }
    return identity == found.content
  }
}
