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
  /// Entries it carries.
  public var listed: Int
  /// Entries the format cannot express.
  public var omitted: Int
  /// Entries it carries as the name alone, because the format cannot say "and everything below".
  public var narrowed: Int

  init(
    path: String, source: String, length: Int, identity: String?, listed: Int, omitted: Int, narrowed: Int
  ) {
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
      narrowed: value["narrowed"]?.integerValue.flatMap(Int.init(exactly:)) ?? 0)
  }

  var json: JSONValue {
    var object: JSONObject = [
      "path": .string(path), "source": .string(source), "length": .integer(Int64(length)),
      "listed": .integer(Int64(listed)), "omitted": .integer(Int64(omitted)),
    ]
    if narrowed > 0 { object["narrowed"] = .integer(Int64(narrowed)) }
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
