// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Compression

/// The content of `application/vnd.cordon.update`: all that an update needs, in one body (`docs/protocol.md`).
///
/// Nothing in it is trusted: the metadata is verified as if it had been fetched file by file, and the change must lead to the
/// list that the metadata signs.
public struct CompactUpdate: Hashable, Sendable {
  /// The media type.
  public static let mediaType = "application/vnd.cordon.update"

  /// A file of signed metadata, under its name below `/repository/metadata/`.
  public struct File: Hashable, Sendable {
    /// `timestamp.json`, `12.snapshot.json` …
    public var name: String
    /// The whole file.
    public var octets: [UInt8]

    /// A file.
    public init(name: String, octets: [UInt8]) {
      self.name = name
      self.octets = octets
    }
  }

  /// The release that the change leads away from; 0 when it brings the whole list.
  public let from: ListVersion
  /// The release that the change leads to.
  public let to: ListVersion
  private let sections: [UpdateSection]

  /// An update of these parts.
  ///
  /// - Parameters:
  ///   - metadata: from `packedMetadata`.
  ///   - approvals: of what the change adds, when there are any.
  public init(
    from: ListVersion, to: ListVersion, metadata: PackedMetadata? = nil, change: CompactChange,
    approvals: PackedApprovals? = nil
  ) {
    self.from = from
    self.to = to
    var sections = change.sections
    if let metadata { sections.insert(metadata.section, at: 0) }
    if let approvals { sections.append(approvals.section) }
    self.sections = sections
  }

  private static let magic = Array("cdu".utf8) + [1]

  /// The body.
  public var octets: [UInt8] {
    var octets = Self.magic
    octets.append(number: from.number)
    octets.append(number: to.number)
    for section in sections { section.write(to: &octets) }
    return octets
  }

  /// Reads a body. Its parts are unpacked by the properties and methods below, each within its own limit.
  ///
  /// - Throws: `update` with the offset, `tooManyOctets`.
  public init(parsing octets: [UInt8], limits: UpdateLimits = UpdateLimits()) throws(BlocklistError) {
    guard octets.count <= limits.octets else { throw .tooManyOctets(limit: limits.octets) }
    guard octets.starts(with: Self.magic) else { throw .update(at: 0, .notAnUpdate) }
    var reader = OctetReader(octets[...])
    _ = try reader.run(Self.magic.count)
    from = ListVersion(try reader.number())
    let start = reader.offset
    to = ListVersion(try reader.number())
    guard from <= to else { throw .update(at: start, .notInOrder) }
    var sections: [UpdateSection] = []
    var last: UInt8 = 0
    while !reader.isAtEnd {
      let start = reader.offset
      let kind = try reader.octet()
      guard kind > last else { throw .update(at: start, .notInOrder) }
      last = kind
      guard let section = try UpdateSection(&reader, kind: kind) else { continue }
      if section.kind == .groups, sections.last?.kind == .additions {
        throw .update(at: start, .notCanonical)
      }
      if section.kind == .removals || section.kind == .additions || section.kind == .groups, from == to {
        throw .update(at: start, .notCanonical)
      }
      sections.append(section)
    }
    self.sections = sections
  }

  /// The change of the list.
  public var change: CompactChange {
    CompactChange(
      sections: sections.filter { [.removals, .additions, .groups].contains($0.kind) })
  }

  /// Whether the change can be taken as one. More than 75,000 lines that go, or 2 MiB that come, take more memory than the whole list, which
  /// need not be held there. A whole list is no change.
  public var fitsMemory: Bool { from == .unreleased || change.isModest }

  /// The files of signed metadata, in the order in which a client needs them.
  ///
  /// - Throws: `update` with the offset in the unpacked section.
  public func metadata(limits: UpdateLimits = UpdateLimits()) throws(BlocklistError) -> [File] {
    guard let section = sections.first(where: { $0.kind == .metadata }) else { return [] }
    return try PackedMetadata.files(in: section, limits: limits)
  }

  /// The text of the approvals new with these releases; empty when there is none.
  ///
  /// - Throws: `update`.
  public func approvals(limits: UpdateLimits = UpdateLimits()) throws(BlocklistError) -> [UInt8] {
    guard let section = sections.first(where: { $0.kind == .approvals }) else { return [] }
    return try section.content(limit: limits.approvalsOctets)
  }
}
