// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// The list that a process verified last, so that a round need not hash all of it again while nobody touched the file.
///
/// One round runs at a time.
package final class ListMemory {
  /// A memory that holds nothing yet.
  package init() {}

  private var held: (list: Blocklist, record: ListRecord, identity: FileIdentity)?

  /// The list of a record, if the file that it was verified in is the one that lies there still.
  func list(_ record: ListRecord, _ identity: FileIdentity?) -> Blocklist? {
    guard let held, held.record == record, held.identity == identity else { return nil }
    return held.list
  }

  /// Keeps nothing.
  func forget() { held = nil }

  /// Keeps a list that was verified in a file.
  /// - Parameter identity: nil where files cannot be told apart: then nothing is kept.
  func keep(_ list: Blocklist, as record: ListRecord, _ identity: FileIdentity?) {
    held = identity.map { (list, record, $0) }
  }
}
