// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Dispatch
internal import Foundation
internal import Publication
private import SignedManifests
private import StrictJSON
private import Synchronization

/// The highest numbers this machine ever served, in a file beside the store, not in it: a store that is put back to an older
/// state does not take the mark along, and the next start sees that it is older.
// @unchecked: `written` is touched on `queue` alone.
final class PublishedMark: @unchecked Sendable {
  private let path: String
  private let queue = DispatchQueue(label: "cordond.mark")
  private var written: SeenState
  private let writtenAt = Mutex<Date?>(nil)

  /// The mark in the data folder `folder`; nothing is seen where there is none.
  init(in folder: String) throws(Failure) {
    path = folder + "/published.json"
    guard LocalFiles.exists(path) else {
      written = SeenState()
      return
    }
    let octets = try LocalFiles.read(path, what: "the mark of what was published")
    guard let (seen, at) = Self.parse(octets) else {
      throw Failure("\(path) cannot be read: give what followers have seen by --seen, and remove it")
    }
    written = seen
    writtenAt.withLock { $0 = at }
  }

  /// What was served so far.
  var seen: SeenState { queue.sync { written } }

  /// When something was last noted by a clock that was believed; nil before.
  var lastTime: Date? { writtenAt.withLock { $0 } }

  /// Notes what is served now, a moment later.
  /// - Parameter now: the time, if it is believed.
  func note(_ seen: @autoclosure @escaping @Sendable () -> SeenState, at now: Date?) {
    queue.async { [self] in
      let next = written.merging(seen())
      let last = lastTime
      guard next != written || last == nil && now != nil else { return }
      let at = now ?? last
      // A mark that cannot be written costs the warning, not the service.
      do throws(Failure) {
        try LocalFiles.replace(Self.spell(next, at), at: path)
        written = next
        writtenAt.withLock { $0 = at }
      } catch { Console.complain(error.message) }
    }
  }

  /// Returns when all that was noted is written.
  func settle() { queue.sync {} }

  private static func spell(_ seen: SeenState, _ at: Date?) -> [UInt8] {
    let lists = seen.lists.sorted { $0.key < $1.key }.map {
      ($0.key.text, JSONValue.integer(Int64(clamping: $0.value.number)))
    }
    var mark: JSONObject = [
      "timestamp": .integer(seen.metadata.timestamp), "snapshot": .integer(seen.metadata.snapshot),
      "targets": .integer(seen.metadata.targets), "lists": .object(JSONObject(lists)),
    ]
    if let at { mark["at"] = .string(RFC3339.format(at)) }
    return JSONValue.object(mark).encoded(pretty: true)
  }

  private static func parse(_ octets: [UInt8]) -> (SeenState, Date?)? {
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
    return (seen, tree["at"]?.stringValue.flatMap(RFC3339.parse))
  }
}
