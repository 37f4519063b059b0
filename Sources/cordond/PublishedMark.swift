// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Dispatch
private import Foundation
internal import Publication
private import SignedManifests
private import StrictJSON

/// The highest numbers this machine ever served, in a file beside the store, not in it: a store that is put back to an older
/// state does not take the mark along, and the next start sees that it is older.
// @unchecked: `written` is touched on `queue` alone.
final class PublishedMark: @unchecked Sendable {
  private let path: String
  private let queue = DispatchQueue(label: "cordond.mark")
  private var written: SeenState

  /// The mark in the data folder `folder`; nothing is seen where there is none.
  init(in folder: String) throws(Failure) {
    path = folder + "/published.json"
    guard LocalFiles.exists(path) else {
      written = SeenState()
      return
    }
    let octets = try LocalFiles.read(path, what: "the mark of what was published")
    guard let seen = Self.parse(octets) else {
      throw Failure("\(path) cannot be read: give what followers have seen by --seen, and remove it")
    }
    written = seen
  }

  /// What was served so far.
  var seen: SeenState { queue.sync { written } }

  /// Notes what is served now, a moment later.
  func note(_ seen: @autoclosure @escaping @Sendable () -> SeenState) {
    queue.async { [self] in
      let next = written.merging(seen())
      guard next != written else { return }
      // A mark that cannot be written costs the warning, not the service.
      do throws(Failure) {
        try LocalFiles.replace(Self.spell(next), at: path)
        written = next
      } catch { Console.complain(error.message) }
    }
  }

  /// Returns when all that was noted is written.
  func settle() { queue.sync {} }

  private static func spell(_ seen: SeenState) -> [UInt8] {
    let lists = seen.lists.sorted { $0.key < $1.key }.map {
      ($0.key.text, JSONValue.integer(Int64(clamping: $0.value.number)))
    }
    let mark: JSONValue = [
      "timestamp": .integer(seen.metadata.timestamp), "snapshot": .integer(seen.metadata.snapshot),
      "targets": .integer(seen.metadata.targets), "lists": .object(JSONObject(lists)),
    ]
    return mark.encoded(pretty: true)
  }

  private static func parse(_ octets: [UInt8]) -> SeenState? {
    guard let tree = try? JSONValue(parsing: octets), let timestamp = tree["timestamp"]?.integerValue,
      let snapshot = tree["snapshot"]?.integerValue, let targets = tree["targets"]?.integerValue,
      let lists = tree["lists"]?.objectValue
    else { return nil }
    var seen = SeenState(metadata: MetadataFloor(timestamp: timestamp, snapshot: snapshot, targets: targets))
    for key in lists.keys {
      guard let list = try? ListName(key),
        let number = lists[key]?.integerValue.flatMap({ UInt64(exactly: $0) })
      else { return nil }
      seen.lists[list] = ListVersion(number)
    }
    return seen
  }
}
