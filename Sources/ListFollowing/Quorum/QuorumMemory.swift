// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
private import StrictJSON

/// What a follower remembers of the quorum check, so that each entry's signatures are verified once: by what the list held was
/// judged, and which of its entries are not proven. All others are.
///
/// A line of JSON, then the entries that are not proven, a line each. It counts only for the list whose digest it names.
struct QuorumMemory: Equatable {
  /// How many countries were asked for.
  var countries: Int
  /// SHA-256 of the entries.txt that was judged.
  var entries: SHA256Digest
  /// SHA-256 of the agencies.json by which; nil when there was none.
  var agencies: SHA256Digest?
  /// SHA-256 of the approvals that were looked through whole; nil when there is something to look for yet.
  var approvals: SHA256Digest?
  /// The release at which the whole list was judged last: what that one and earlier ones took off is not known to have been proven.
  var since: UInt64
  /// What is not proven, in order.
  var unproven: EntryLines

  init(
    countries: Int, entries: SHA256Digest, agencies: SHA256Digest?, approvals: SHA256Digest?,
    since: UInt64, unproven: EntryLines
  ) {
    self.countries = countries
    self.entries = entries
    self.agencies = agencies
    self.approvals = approvals
    self.since = since
    self.unproven = unproven
  }

  init?(parsing octets: [UInt8]) {
    guard let end = octets.firstIndex(of: UInt8(ascii: "\n")),
      let unproven = try? EntryLines(parsing: Array(octets[(end + 1)...]), limit: ListLimits().entries),
      let value = try? JSONValue(parsing: Array(octets[..<end])), value["format"]?.integerValue == 2,
      let countries = value["countries"]?.integerValue.flatMap(Int.init(exactly:)),
      let entries = value["entries"]?.stringValue.flatMap(SHA256Digest.init(hex:)),
      let since = value["since"]?.integerValue.flatMap(UInt64.init(exactly:)),
      value["unproven"]?.integerValue == Int64(unproven.count)
    else { return nil }
    self.init(
      countries: countries, entries: entries,
      agencies: value["agencies"]?.stringValue.flatMap(SHA256Digest.init(hex:)),
      approvals: value["approvals"]?.stringValue.flatMap(SHA256Digest.init(hex:)), since: since,
      unproven: unproven)
  }

  var octets: [UInt8] {
    var object: JSONObject = [
      "format": 2, "countries": .integer(Int64(countries)), "entries": .string(entries.hex),
      "since": .integer(Int64(clamping: since)), "unproven": .integer(Int64(unproven.count)),
    ]
    object["agencies"] = agencies.map { .string($0.hex) }
    object["approvals"] = approvals.map { .string($0.hex) }
    return JSONValue.object(object).encoded() + [UInt8(ascii: "\n")] + unproven.octets
  }
}
