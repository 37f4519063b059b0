// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
internal import StrictJSON

/// What has arrived of a whole list in the compact form, and of which release: as it waits on disk for the rest, through rounds
/// and releases.
///
/// One line of JSON, then the octets. Nothing in it is trusted: what comes of it must be what is signed.
struct BegunWhole: Hashable {
  /// The list.
  var list: String
  /// The release.
  var record: ListRecord
  /// The entity tag of the octets: another packing of the same release has another.
  var entityTag: String?
  /// The first octets of the body.
  var octets: [UInt8] = []

  /// The longest first line, in octets.
  private static let maximumLineOctets = 4096
  /// The longest entity tag that is kept, in octets; what has a longer one is not resumed.
  static let maximumTagOctets = 256

  init(list: String, record: ListRecord) { (self.list, self.record) = (list, record) }

  init?(parsing file: [UInt8], of list: String) {
    guard let end = file.prefix(Self.maximumLineOctets).firstIndex(of: UInt8(ascii: "\n")),
      let value = try? JSONValue(parsing: Array(file[..<end])), value["format"]?.integerValue == 1,
      value["list"]?.stringValue == list, let record = ListRecord(value["release"]), end + 1 < file.count
    else { return nil }
    self.init(list: list, record: record)
    entityTag = value["entity_tag"]?.stringValue
    octets = Array(file[(end + 1)...])
  }

  var encoded: [UInt8] {
    var object: JSONObject = ["format": 1, "list": .string(list), "release": record.json]
    object["entity_tag"] = entityTag.map { .string($0) }
    return JSONValue.object(object).encoded() + [UInt8(ascii: "\n")] + octets
  }

  /// The longer of this and of what an answer that broke off makes of it.
  func growing(by received: [UInt8], isContinuation: Bool, entityTag tag: String?) -> BegunWhole {
    var grown = self
    if isContinuation {
      grown.octets += received
      return grown
    }
    let tag = tag.flatMap { $0.utf8.count <= Self.maximumTagOctets ? $0 : nil }
    // A server that starts anew each time must not throw away the longer part held; octets of another packing replace it.
    guard received.count > octets.count || !received.isEmpty && tag != entityTag else { return self }
    (grown.octets, grown.entityTag) = (received, tag)
    return grown
  }
}
