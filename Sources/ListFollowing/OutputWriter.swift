// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
internal import ListFormats
internal import Names
internal import SignedManifests
private import StrictJSON

/// Renders a verified list into the files an ISP's resolver reads.
struct OutputWriter {
  let settings: FollowSettings
  let files: any FileSystem
  /// What outputs shall say of themselves, where their format can.
  let marker: ReleaseMarker?
  /// What is blocked besides the list.
  let canary: DomainName?

  /// An output, and the file that is ready to take its place; nil where nothing differs.
  struct Change {
    let stamp: OutputStamp
    let draft: FileDraft?
    /// Whether the file was not the one that was written last, from this same list.
    var isRestored = false
  }

  /// Renders an output, if it is not written from this list already.
  ///
  /// - Parameter signed: what the signed metadata says of a format of this version.
  /// - Throws: `FollowRefusal.renderedDigest` when a file would differ from the signed one.
  func change(
    _ shown: ShownList, _ output: FollowSettings.Output, earlier: [OutputStamp],
    signed: (ListFormat) -> TargetDescription?
  ) throws(FollowFailure) -> Change {
    let source = source(of: output, shown)
    let last = earlier.first { $0.path == output.path }
    let stamp = last?.source == source ? last : nil
    if let stamp, try isUntouched(stamp) { return Change(stamp: stamp, draft: nil) }
    var change = try render(
      shown, output, source: source, signed: signed(output.format), last: last, isSame: stamp != nil)
    change.isRestored = stamp != nil && change.draft != nil
    return change
  }

  /// Renders an output, a policy zone under a serial that has grown wherever its text differs from what was written last: that may
  /// be a hold, an override or what has settled, all in one release.
  private func render(
    _ shown: ShownList, _ output: FollowSettings.Output, source: String, signed: TargetDescription?,
    last: OutputStamp?, isSame: Bool
  ) throws(FollowFailure) -> Change {
    let version = ListVersion(shown.record.version)
    guard output.format == .rpz, let written = try writtenSerial(output, last) else {
      return try render(shown, output, source: source, signed: signed, serial: ZoneSerial.of(version))
    }
    let next = ZoneSerial.next(after: written, for: version)
    if isSame || last == nil || last?.version == shown.record.version {
      let change = try render(shown, output, source: source, signed: signed, serial: written)
      if isSame || change.draft == nil { return change }
      try local { () throws(FileFault) in if let draft = change.draft { try files.remove(draft.path) } }
    }
    return try render(shown, output, source: source, signed: signed, serial: next)
  }

  /// The serial that an output was written under last, as remembered or as it says itself.
  private func writtenSerial(_ output: FollowSettings.Output, _ last: OutputStamp?) throws(FollowFailure)
    -> UInt32?
  {
    let found = try local { () throws(FileFault) in
      try files.map(output.path, maximumOctets: StateDirectory.maximumListOctets)
    }.flatMap { ZoneSerial.read(from: $0) }
    guard let remembered = last?.serial else { return found }
    guard let found, Int32(bitPattern: found &- remembered) > 0 else { return remembered }
    return found
  }

  private func render(
    _ shown: ShownList, _ output: FollowSettings.Output, source: String, signed: TargetDescription?,
    serial: UInt32
  ) throws(FollowFailure) -> Change {
    var options = RenderOptions(
      list: settings.list, version: ListVersion(shown.record.version), zone: settings.zone,
      action: settings.action, canary: canary)
    options.serial = serial
    options.isServersFile = output.isServersFile
    let list: Blocklist
    (list, options.exceptions) = try shown.list(for: output.format, zone: settings.zone)
    let draft = try local { () throws(FileFault) in
      try FileDraft(of: output.path, permissions: settings.outputPermissions, isHashed: false, files: files)
    }
    let expected =
      shown.isAsSigned && !output.isServersFile
      ? signed.flatMap { isAsServed(output.format, $0, shown, serial) ? $0 : nil } : nil
    let hasher = Digester(isNeeded: expected != nil)
    let counts = output.format.render(list, options: options) { part in
      draft.append(part)
      hasher.update(part)
    }
    try local { () throws(FileFault) in try draft.check() }
    if let expected {
      guard expected.length == draft.count, expected.sha256 == hasher.finish() else {
        throw .refused(.renderedDigest(format: output.format.rawValue))
      }
    }
    draft.append((marker.flatMap(output.markerLines) ?? [])[...])
    let differs = try local { () throws(FileFault) in try isChanged(output.path, from: draft) }
    let identity = try local { () throws(FileFault) in
      try files.identity(of: differs ? draft.path : output.path)
    }
    let stamp = OutputStamp(
      path: output.path, source: source, length: draft.count, identity: identity?.content,
      listed: counts.listed, omitted: counts.omitted, narrowed: counts.narrowed,
      serial: output.format == .rpz ? serial : nil, version: shown.record.version)
    return Change(stamp: stamp, draft: differs ? draft : nil)
  }

  /// Whether a file has other octets than a draft, which is finished if so and gone if not.
  private func isChanged(_ path: String, from draft: FileDraft) throws(FileFault) -> Bool {
    if try files.stamp(of: path)?.octets == draft.count {
      let current = try files.map(path, maximumOctets: draft.count)
      try draft.finish()
      if try draft.slab().isSame(as: current ?? Slab([])) {
        try files.remove(draft.path)
        return false
      }
      return true
    }
    try draft.finish()
    return true
  }

  /// Whether a file is to be byte for byte what the server signs: nothing is set differently here.
  private func isAsServed(
    _ format: ListFormat, _ signed: TargetDescription, _ shown: ShownList, _ serial: UInt32
  ) -> Bool {
    let zone = signed.custom?["zone"]?.stringValue ?? DomainName.defaultPolicyZone.text
    guard signed.custom?["edition"].map({ $0 == .integer(ListFormat.edition) }) ?? true else { return false }
    return settings.action == .nxdomain
      && (format != .rpz
        || settings.zone.text == zone && serial == ZoneSerial.of(ListVersion(shown.record.version)))
  }

  /// One digest over everything an output depends on.
  private func source(of output: FollowSettings.Output, _ shown: ShownList) -> String {
    let parts = [
      output.isServersFile ? FollowSettings.Output.serversFile : output.format.rawValue, settings.list.text,
      shown.identity, settings.zone.text,
      String(describing: settings.action), marker?.text ?? "", formatEdition, canary?.text ?? "",
    ]
    return SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
  }

  /// Raised when a later version of this program writes a format differently.
  private var formatEdition: String { "3" }

  /// Whether a file is as it was left.
  private func isUntouched(_ stamp: OutputStamp) throws(FollowFailure) -> Bool {
    try local { () throws(FileFault) in
      stamp.isOf(try files.stamp(of: stamp.path), try files.identity(of: stamp.path))
    }
  }
}
