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
    for change in changes where change.draft != nil && change.stamp.narrowed > 0 {
      notes.append(
        "\(change.stamp.path): \(change.stamp.narrowed) entries are carried as the name alone, without what is below it"
      )
    }
    for change in changes where change.isRestored {
      notes.append("\(change.stamp.path) was changed or removed by something else; it is written anew")
    }
    if changes.contains(where: { $0.draft != nil }) {
      var ready = changes.filter { $0.draft != nil }
      let earlier = state.unverified
      // What cannot be kept is not replaced.
      for change in ready {
        do throws(FollowFailure) {
          try keepPrevious(of: change.stamp.path, version: shown.record.version)
        } catch {
          stamps.removeAll { $0.path == change.stamp.path }
          ready.removeAll { $0.stamp.path == change.stamp.path }
          failures.append(error)
        }
      }
      if ready.isEmpty { state.unverified = earlier }
      // Remembered first: an interruption between an output and its reload must lose neither the reload nor the way back.
      if settings.reloadCommand != nil, !ready.isEmpty { state.needsReload = true }
      try save()
      for change in ready {
        do throws(FollowFailure) {
          try local { () throws(FileFault) in try change.draft?.replace() }
          hasWritten = true
        } catch {
          stamps.removeAll { $0.path == change.stamp.path }
          failures.append(error)
        }
      }
    }
    unwritten = Set(
      settings.outputs.map(\.path).filter { path in !stamps.contains { $0.path == path } })
    state.outputs = stamps + state.outputs.filter { unwritten.contains($0.path) }
    if let failure = FollowFailure(failures) { throw failure }
  }

  /// Tells the resolver, if an output changed or the last attempt to tell it failed.
  /// - Returns: what went wrong.
  mutating func reload() throws(FollowFailure) -> ShellCommand.Problem? {
    guard let command = settings.reloadCommand else {
      state.needsReload = false
      return nil
    }
    guard state.needsReload else { return nil }
    let reload = ShellCommand(command, timeout: settings.reloadTimeout, state: directory.path)
    if let problem = reload.run() { return problem }
    state.needsReload = false
    try save()
    return nil
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
