// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Cryptography
internal import StrictJSON

/// The change between two releases in one of the forms that are sent, made once.
public struct PreparedChange: Sendable {
  /// A form, by its media type.
  public enum Form: Hashable, Sendable, CaseIterable {
    /// `text/plain`.
    case text
    /// `application/json`.
    case json
    /// `application/vnd.cordon.update`.
    case compact
  }

  /// The release that it leads to.
  public let to: ListVersion
  /// The digest of the list that it leads to.
  public let digest: SHA256Digest
  /// The whole content; in the compact form without metadata: the same octets as long as it is kept.
  public let file: PublishedFile
  /// The compact form, to be sent with metadata; `none` in other forms.
  public let compact: CompactChange
  /// The release that `compact` leads away from: 0 where the whole list is shorter than the change.
  public let compactFrom: ListVersion

  /// What it takes in memory with its packed forms, about, in octets.
  var cost: Int { 1024 + file.octets.count * (compact == .none ? 2 : 3) }

  /// `delta` as text.
  init(text delta: Delta, to: ListVersion, _ target: Blocklist) {
    self.init(to, target, PublishedFile(octets: delta.text, mediaType: "text/plain; charset=utf-8"))
  }

  /// `delta` as JSON.
  init(json delta: Delta, of list: ListName, since: ListVersion, to: ListVersion, _ target: Blocklist) {
    let document: JSONValue = [
      "list": .string(list.text), "from": .integer(Int64(clamping: since.number)),
      "to": .integer(Int64(clamping: to.number)),
      "removed": .array(delta.removals.map { .string($0.text) }),
      "added": .array(delta.additions.map { .string($0.text) }), "sha256": .string(target.digest.hex),
      "length": .integer(Int64(target.octets.count)),
    ]
    self.init(to, target, PublishedFile(octets: document.encoded(), mediaType: "application/json"))
  }

  private init(_ to: ListVersion, _ target: Blocklist, _ file: PublishedFile) {
    self.to = to
    digest = target.digest
    self.file = file
    compact = .none
    compactFrom = to
    file.packed.fill(with: file.octets, zstdLevel: file.octets.count < 1 << 20 ? 19 : 6)
  }

  /// `compact`, which is packed already.
  init(
    compact: CompactChange, from: ListVersion, to: ListVersion, _ target: Blocklist
  ) {
    self.to = to
    digest = target.digest
    self.compact = compact
    compactFrom = from
    file = PublishedFile(
      octets: CompactUpdate(from: from, to: to, change: compact).octets,
      mediaType: CompactUpdate.mediaType)
  }
}
