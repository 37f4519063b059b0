// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
private import FoundationEssentials
private import HTTPMessages
private import ListFormats
private import StrictJSON

/// From a verified list to the resolver.
extension FollowSession {
  /// Brings every output up to date with the list held.
  mutating func writeOutputs(_ list: Blocklist?, _ release: SignedRelease) throws(FollowFailure) {
    guard let list else { return }
    let writer = OutputWriter(settings: settings, files: files, overrides: overrides)
    let changes = try writer.changes(
      list: list, record: release.record, earlier: state.outputs, signed: release.description)
    let stamps = changes.map(\.stamp)
    for stamp in stamps where stamp.omitted > 0 {
      notes.append(
        "\(stamp.path): \(stamp.omitted) entries cannot be expressed in this format and are left out")
    }
    if changes.contains(where: { $0.octets != nil }) {
      // Remembered first: an interruption between an output and its reload must not lose the reload.
      if settings.reloadCommand != nil { state.needsReload = true }
      try save()
      for change in changes {
        if let octets = change.octets { try writer.write(octets, to: change.stamp.path) }
      }
    }
    state.outputs = stamps
  }

  /// Tells the resolver, if an output changed or the last attempt to tell it failed.
  mutating func reload() throws(FollowFailure) {
    guard let command = settings.reloadCommand else {
      state.needsReload = false
      return
    }
    guard state.needsReload else { return }
    if let problem = ReloadCommand(command, timeout: settings.reloadTimeout).run() {
      throw .reload(problem)
    }
    state.needsReload = false
    try save()
  }

  /// Tells the server which version runs here; not being able to is worth a word, nothing more.
  mutating func sendReceipt(_ record: ListRecord) {
    guard settings.sendsReceipts, let receiver, state.receiptVersion != record.version else { return }
    let body: JSONValue = [
      "version": .integer(Int64(record.version)), "sha256": .string(record.digest.hex),
      "applied_at": .string(RFC3339.format(now)), "overrides": .bool(!overrides.isEmpty),
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

  private func save() throws(FollowFailure) {
    let (directory, state) = (directory, state)
    try local { () throws(FileFault) in try directory.save(state) }
  }
}
