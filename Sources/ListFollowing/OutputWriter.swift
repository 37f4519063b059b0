// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Cryptography
internal import ListFormats
private import Names
internal import SignedManifests
private import StrictJSON

/// Renders a verified list into the files an ISP's resolver reads.
struct OutputWriter {
  let settings: FollowSettings
  let files: any FileSystem
  /// What outputs shall say of themselves, where their format can.
  let marker: ReleaseMarker?

  /// An output whose bytes are ready and differ from the file.
  struct Change {
    let stamp: OutputStamp
    let octets: [UInt8]?
  }

  /// Renders every output that is not written from this list already.
  ///
  /// - Parameter signed: what the signed metadata says of a format of this version.
  /// - Throws: `FollowRefusal.renderedDigest` when a file would differ from the signed one.
  func changes(
    _ shown: ShownList, earlier: [OutputStamp], signed: (ListFormat) -> TargetDescription?
  ) throws(FollowFailure) -> [Change] {
    var changes: [Change] = []
    for output in settings.outputs {
      let source = source(of: output, shown)
      if let stamp = earlier.first(where: { $0.path == output.path && $0.source == source }),
        try length(of: output.path) == stamp.length
      {
        changes.append(Change(stamp: stamp, octets: nil))
        continue
      }
      changes.append(try render(shown, output, source: source, signed: signed(output.format)))
    }
    return changes
  }

  /// Replaces one file.
  func write(_ octets: [UInt8], to path: String) throws(FollowFailure) {
    do {
      try files.replace(path, with: octets, permissions: settings.outputPermissions)
    } catch {
      throw .local(error)
    }
  }

  private func render(
    _ shown: ShownList, _ output: FollowSettings.Output, source: String, signed: TargetDescription?
  ) throws(FollowFailure) -> Change {
    let options = RenderOptions(
      list: settings.list, version: ListVersion(shown.record.version), zone: settings.zone,
      action: settings.action)
    let rendered = output.format.render(try shown.list(), options: options)
    if shown.isAsSigned, let signed, isAsServed(output.format, signed) {
      guard signed.length == rendered.octets.count, signed.sha256 == SHA256Digest(hashing: rendered.octets)
      else {
        throw .refused(.renderedDigest(format: output.format.rawValue))
      }
    }
    let octets = rendered.octets + (marker?.lines(in: output.format) ?? [])
    let stamp = OutputStamp(
      path: output.path, source: source, length: octets.count, listed: rendered.listed,
      omitted: rendered.omitted)
    let unchanged = try current(output.path) == octets
    return Change(stamp: stamp, octets: unchanged ? nil : octets)
  }

  /// Whether a file is to be byte for byte what the server signs: nothing is set differently here.
  private func isAsServed(_ format: ListFormat, _ signed: TargetDescription) -> Bool {
    let zone = signed.custom?["zone"]?.stringValue ?? DomainName.defaultPolicyZone.text
    return settings.action == .nxdomain && (format != .rpz || settings.zone.text == zone)
  }

  /// One digest over everything an output depends on.
  private func source(of output: FollowSettings.Output, _ shown: ShownList) -> String {
    let parts = [
      output.format.rawValue, settings.list.text, shown.identity, settings.zone.text,
      String(describing: settings.action), marker?.text ?? "", formatEdition,
    ]
    return SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex
  }

  /// Raised when a later version of this program writes a format differently.
  private var formatEdition: String { "2" }

  private func length(of path: String) throws(FollowFailure) -> Int? {
    do {
      return try files.stamp(of: path)?.octets
    } catch {
      throw .local(error)
    }
  }

  private func current(_ path: String) throws(FollowFailure) -> [UInt8]? {
    do {
      return try files.read(path, maximumOctets: 1 << 31)
    } catch {
      throw .local(error)
    }
  }
}
