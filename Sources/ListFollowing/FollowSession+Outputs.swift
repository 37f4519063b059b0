// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import FoundationEssentials
private import HTTPMessages
internal import ListFormats
private import StrictJSON

/// From a verified list to the resolver.
extension FollowSession {
  /// Brings every output up to date with the list held.
  mutating func writeOutputs(
    _ shown: ShownList, _ marker: ReleaseMarker?, _ release: SignedRelease
  ) throws(FollowFailure) {
    let writer = OutputWriter(
      settings: settings, files: files, marker: marker, canary: canaryHere(release))
    var failures: [FollowFailure] = []
    var changes: [OutputWriter.Change] = []
    for output in settings.outputs {
      do throws(FollowFailure) {
        changes.append(
          try writer.change(shown, output, earlier: state.outputs, signed: release.description))
      } catch {
        failures.append(error)
      }
    }
    // Where this program and the server disagree on a format, none of the files is touched.
    if let refusal = failures.first(where: \.isRefusal) { throw refusal }
    var stamps = changes.map(\.stamp)
    for stamp in stamps where stamp.omitted > 0 {
      notes.append(
        "\(stamp.path): \(stamp.omitted) entries cannot be expressed in this format and are left out")
    }
    for change in changes where change.isRestored {
      notes.append("\(change.stamp.path) was changed or removed by something else; it is written anew")
    }
    if changes.contains(where: { $0.draft != nil }) {
      // Remembered first: an interruption between an output and its reload must not lose the reload.
      if settings.reloadCommand != nil { state.needsReload = true }
      try save()
      for change in changes {
        guard let draft = change.draft else { continue }
        do throws(FollowFailure) {
          try keepPrevious(of: change.stamp.path)
          try local { () throws(FileFault) in try draft.replace() }
        } catch {
          stamps.removeAll { $0.path == change.stamp.path }
          failures.append(error)
        }
      }
    }
    let unwritten = settings.outputs.map(\.path).filter { path in !stamps.contains { $0.path == path } }
    state.outputs = stamps + state.outputs.filter { unwritten.contains($0.path) }
    if let failure = FollowFailure(failures) { throw failure }
  }

  // MARK: Taking outputs back

  /// Keeps an output under another name until the resolvers have been asked.
  private mutating func keepPrevious(of path: String) throws(FollowFailure) {
    guard !settings.verified.isEmpty else { return }
    try local { () throws(FileFault) in
      guard try files.stamp(of: path) != nil else { return }
      try files.link(path, as: Self.previous(path))
      kept.append(path)
    }
  }

  /// Puts the outputs before back in place, and reloads once more.
  /// - Returns: what happened, in one plain line.
  mutating func takeBack(_ problem: String, version: UInt64) throws(FollowFailure) -> String {
    let paths = kept
    kept = []
    try local { () throws(FileFault) in
      for path in paths {
        try files.rename(Self.previous(path), to: path)
        // A resolver that compares times must not take the older file for one it has read.
        try files.renew(path)
        try files.synchronize(directory: directoryPart(of: path))
      }
    }
    state.outputs.removeAll { paths.contains($0.path) }
    if settings.reloadCommand != nil { state.needsReload = true }
    try reload()
    return "\(problem); the outputs before version \(version) are back in place"
  }

  /// Drops what was kept of the outputs before.
  mutating func forgetPrevious() {
    for path in kept { try? files.remove(Self.previous(path)) }
    kept = []
  }

  private static func previous(_ path: String) -> String {
    directoryPart(of: path) + "/." + namePart(of: path) + ".previous"
  }

  /// Tells the resolver, if an output changed or the last attempt to tell it failed.
  mutating func reload() throws(FollowFailure) {
    guard let command = settings.reloadCommand else {
      state.needsReload = false
      return
    }
    guard state.needsReload else { return }
    if let problem = ShellCommand(command, timeout: settings.reloadTimeout).run() {
      throw .reload(problem)
    }
    state.needsReload = false
    try save()
  }

  /// Tells the server which version runs here; not being able to is worth a word, nothing more.
  mutating func sendReceipt(_ record: ListRecord) {
    guard settings.sendsReceipts, let receiver, state.receiptVersion != record.version else { return }
    let body: JSONValue = [
      "version": .integer(Int64(clamping: record.version)), "sha256": .string(record.digest.hex),
      "applied_at": .string(RFC3339.format(now)), "overrides": .bool(!overrides.isEmpty || !withheld.isEmpty),
    ]
    let request = TransportRequest(
      .post, path: "v1/lists/\(settings.list.text)/receipts", fields: ["Content-Type": "application/json"],
      body: body.encoded())
    do {
      let answer = try receiver.send(request)
      guard answer.isSuccess else {
        notes.append("receipt not taken: \(answer.explanation)")
        return
      }
      state.receiptVersion = record.version
    } catch {
      notes.append("receipt not sent: \(error)")
    }
  }

  func save() throws(FollowFailure) {
    let (directory, state) = (directory, state)
    try local { () throws(FileFault) in try directory.save(state) }
  }
}
