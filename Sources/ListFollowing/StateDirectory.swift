// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import Blocklists

/// The follower's memory on disk: `state.json`, `entries.txt` and `metadata/`.
///
/// An update is written in an order that leaves a consistent older or newer state wherever it is cut short:
/// `state.json` announces the content of `entries.txt` (`pending`), then `entries.txt` is replaced, then
/// `state.json` says it is applied. At start `entries.txt` counts only with the digest of one of the two.
package struct StateDirectory: Sendable {
  /// Where it is.
  package let path: String
  /// The trusted metadata.
  package let metadata: MetadataDirectory
  private let files: any FileSystem

  /// The most octets of an entries.txt that is read back.
  package static let maximumListOctets = 1 << 30

  /// A state directory, made if missing.
  package init(path: String, files: any FileSystem) throws(FileFault) {
    self.path = path
    self.files = files
    metadata = try MetadataDirectory(path: path + "/metadata", files: files)
  }

  /// The state of the last round, or a new one.
  /// - Parameter notes: gets a line when there was one that cannot be understood.
  package func loadState(list: String, _ notes: inout [String]) throws(FileFault) -> FollowState {
    guard let octets = try files.read(statePath, maximumOctets: 1 << 20) else {
      return FollowState(list: list)
    }
    guard let state = FollowState(parsing: octets) else {
      notes.append("\(statePath) was damaged: this follower begins anew")
      var state = FollowState(list: list)
      // Nobody knows whether one was owed.
      state.needsReload = true
      return state
    }
    guard state.list == list else {
      throw FileFault(operation: "use", path: path, reason: "it follows the list \(state.list), not \(list)")
    }
    return state
  }

  /// Makes a state durable.
  package func save(_ state: FollowState) throws(FileFault) {
    try files.replace(statePath, with: state.octets, permissions: 0o640)
  }

  /// The list held, settled against the state: nil when there is none or it is damaged.
  package func recoverEntries(_ state: inout FollowState) throws(FileFault) -> Blocklist? {
    let slab = try files.map(entriesPath, maximumOctets: Self.maximumListOctets)
    if let slab, let pending = state.pending, let list = pending.list(in: slab) {
      state.applied = pending
      state.pending = nil
      return list
    }
    state.pending = nil
    return slab.flatMap { state.applied?.list(in: $0) }
  }

  /// Begins a list that may replace the one held.
  func draft(isHashed: Bool = true) throws(FileFault) -> FileDraft {
    try FileDraft(of: entriesPath, permissions: 0o640, isHashed: isHashed, files: files)
  }

  /// Where lines lie until they are in order.
  func spool() -> FileSpool { FileSpool(path: path + "/.entries.txt.spool", files: files) }

  /// The difference between two lists, with little of it in memory.
  package func difference(from older: Blocklist, to newer: Blocklist) throws(FileFault) -> Delta {
    try files.difference(from: older, to: newer, beside: path + "/.entries.txt")
  }

  /// Replaces the list held by a verified one.
  ///
  /// Who spoke for it is remembered with it and not before: the list before was theirs who spoke for that one.
  func adopt(_ draft: FileDraft, as record: ListRecord, signers: Set<String>, _ state: inout FollowState)
    throws(FileFault)
  {
    state.pending = record
    try save(state)
    try draft.replace()
    state.pending = nil
    state.applied = record
    state.signers = signers
    state.needsFullList = false
    try save(state)
  }

  /// Where a download that was cut short waits for the rest.
  package var partialPath: String { path + "/entries.txt.partial" }

  private var statePath: String { path + "/state.json" }

  /// The list held.
  package var entriesPath: String { path + "/entries.txt" }
}
