// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Compression

/// Files of signed metadata as they travel in an update body.
///
/// Unpacked, each file is the length of its name, its name, the length of its content, its content.
public struct PackedMetadata: Hashable, Sendable {
  let section: UpdateSection

  /// Packs `files`, in this order.
  ///
  /// - Throws: `update` with `damaged` when the library fails.
  public init(_ files: [CompactUpdate.File]) throws(BlocklistError) {
    var content: [UInt8] = []
    for file in files {
      content.append(number: UInt64(file.name.utf8.count))
      content += file.name.utf8
      content.append(number: UInt64(file.octets.count))
      content += file.octets
    }
    do throws(CompressionError) {
      section = try UpdateSection(
        .metadata, content, .metadataDictionary, level: Zstandard.strongest)
    } catch { throw .update(at: 0, .damaged) }
  }

  /// How many octets it takes in an update body.
  public var octetCount: Int {
    var octets: [UInt8] = []
    section.write(to: &octets)
    return octets.count
  }

  /// The longest file name.
  static let maximumNameOctets = 128

  static func files(in section: UpdateSection, limits: UpdateLimits) throws(BlocklistError)
    -> [CompactUpdate.File]
  {
    var reader = OctetReader(try section.content(limit: limits.metadataOctets)[...])
    var files: [CompactUpdate.File] = []
    var names: Set<String> = []
    while !reader.isAtEnd {
      let start = reader.offset
      guard files.count < limits.metadataFiles else { throw .update(at: start, .tooMany) }
      let name = try reader.run(try reader.number(upTo: maximumNameOctets, .tooLong))
      let octets = try reader.run(try reader.number(upTo: reader.left, .incomplete))
      guard !name.isEmpty, name.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
        throw .update(at: start, .notCanonical)
      }
      let text = String(decoding: name, as: UTF8.self)
      guard names.insert(text).inserted else { throw .update(at: start, .notInOrder) }
      files.append(CompactUpdate.File(name: text, octets: Array(octets)))
    }
    return files
  }
}
