// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Compression

/// One part of an update body, as it travels.
struct UpdateSection: Hashable, Sendable {
  /// What a section holds; they stand in the order of these numbers. A reader may skip unknown numbers from 128 on.
  enum Kind: UInt8, Sendable {
    case metadata = 1
    case removals = 2
    /// Additions as sorted lines.
    case additions = 3
    /// Additions as `GroupedLines`.
    case groups = 4
    case approvals = 5
  }

  /// How a section's content is packed.
  enum Coding: UInt8, CaseIterable, Sendable {
    /// Not at all.
    case stored = 0
    /// A Zstandard frame.
    case zstd = 1
    /// A Zstandard frame with `MetadataDictionary.first` as its prefix.
    case metadataDictionary = 2
    /// A Zstandard frame with `ListSample.prefix` of the list held as its prefix.
    case listSample = 3
  }

  let kind: Kind
  let coding: Coding
  /// Octets of the content.
  let length: Int
  /// The content, packed.
  let packed: ArraySlice<UInt8>

  /// `content` packed in the coding given, or stored when that is no longer.
  init(_ kind: Kind, _ content: [UInt8], _ coding: Coding, sample: [UInt8] = [], level: Int32)
    throws(CompressionError)
  {
    self.kind = kind
    length = content.count
    let smaller =
      coding == .stored
      ? nil : try Zstandard.compress(content, prefix: coding.prefix(sample), level: level)
    if let smaller, smaller.count < content.count {
      self.coding = coding
      packed = smaller[...]
    } else {
      self.coding = .stored
      packed = content[...]
    }
  }

  /// Reads one section; nil for one that may be skipped.
  init?(_ reader: inout OctetReader, kind number: UInt8) throws(BlocklistError) {
    let start = reader.offset
    let code = try reader.octet()
    let length = try reader.number()
    let count = try reader.number(upTo: reader.left, .incomplete)
    let packed = try reader.run(count)
    guard let kind = Kind(rawValue: number) else {
      guard number >= 128 else { throw .update(at: start - 1, .unknownSection) }
      return nil
    }
    guard let coding = Coding(rawValue: code), coding.isAllowed(for: kind) else {
      throw .update(at: start, .unknownCoding)
    }
    guard length > 0, count > 0 else { throw .update(at: start, .empty) }
    guard length <= UInt64(Int32.max) else { throw .update(at: start, .tooLong) }
    guard coding != .stored || Int(length) == count else { throw .update(at: start, .damaged) }
    self.kind = kind
    self.coding = coding
    self.length = Int(length)
    self.packed = packed
  }

  func write(to octets: inout [UInt8]) {
    octets += [kind.rawValue, coding.rawValue]
    octets.append(number: UInt64(length))
    octets.append(number: UInt64(packed.count))
    octets += packed
  }

  /// The content, of at most `limit` octets. Nothing is unpacked that says it is longer.
  func content(limit: Int, sample: () -> [UInt8] = { [] }) throws(BlocklistError) -> [UInt8] {
    guard length <= limit else { throw .update(at: 0, .tooLong) }
    guard coding != .stored else { return Array(packed) }
    do throws(CompressionError) {
      return try Zstandard.decompress(
        packed, prefix: coding.prefix(coding == .listSample ? sample() : []), length: length)
    } catch { throw .update(at: 0, .damaged) }
  }
}

extension UpdateSection.Coding {
  fileprivate func prefix(_ sample: [UInt8]) -> [UInt8] {
    switch self {
    case .stored, .zstd: []
    case .metadataDictionary: MetadataDictionary.first
    case .listSample: sample
    }
  }

  fileprivate func isAllowed(for kind: UpdateSection.Kind) -> Bool {
    switch self {
    case .stored: true
    case .zstd: kind != .removals
    case .metadataDictionary: kind == .metadata
    case .listSample: kind == .additions
    }
  }
}
