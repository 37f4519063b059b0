// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
internal import StrictJSON

/// One update in one file, for a machine that no network reaches: the signed metadata, and the list or what changed.
///
/// A bundle carries a server's answers as they were, and is trusted no more than the server: who applies it runs the same
/// checks on the same octets. The file is the line `cordon-bundle 2`, one line of JSON that names the parts with their
/// lengths, then the parts' octets one after the other, packed where that pays, and nothing more.
public struct UpdateBundle: Hashable, Sendable {
  /// The list it is about.
  public var list: String
  /// The release it leads to.
  public var version: UInt64
  /// The release it starts from; nil when it holds the full list.
  public var since: UInt64?
  /// When it was made, as the maker's clock had it.
  public var madeAt: Date
  /// Each answer under the path it was asked by.
  public var parts: [String: [UInt8]]

  /// The longest bundle read, in octets.
  public static let maximumOctets = 1 << 30
  /// How many parts a bundle may have.
  public static let maximumParts = 4096
  /// The longest header line, in octets.
  public static let maximumHeaderOctets = 1 << 20

  /// A bundle.
  public init(
    list: String, version: UInt64, since: UInt64?, madeAt: Date, parts: [String: [UInt8]]
  ) {
    self.list = list
    self.version = version
    self.since = since
    self.madeAt = madeAt
    self.parts = parts
  }

  private static let magic = Array("cordon-bundle 2\n".utf8)
  /// As they were written before parts were packed.
  private static let unpackedMagic = Array("cordon-bundle 1\n".utf8)

  /// The file's octets.
  public var octets: [UInt8] {
    let ordered = parts.sorted { $0.key < $1.key }.map { BundlePart($0.key, $0.value) }
    var header: JSONObject = [
      "list": .string(list), "version": .integer(Int64(clamping: version)),
      "made_at": .string(RFC3339.format(madeAt)),
      "parts": .array(ordered.map(\.json)),
    ]
    header["since"] = since.map { .integer(Int64(clamping: $0)) }
    var octets = Self.magic + JSONValue.object(header).encoded() + [UInt8(ascii: "\n")]
    octets.reserveCapacity(octets.count + ordered.reduce(0) { $0 + $1.carried.count })
    for part in ordered { octets += part.carried }
    return octets
  }

  /// Reads a file.
  /// - Throws: `BundleError` when it is no bundle, or not whole.
  public init(parsing octets: [UInt8]) throws(BundleError) {
    guard octets.starts(with: Self.magic) || octets.starts(with: Self.unpackedMagic) else {
      throw .notABundle
    }
    let start = Self.magic.count
    let limit = min(octets.count, start + Self.maximumHeaderOctets + 1)
    guard let end = octets[start..<limit].firstIndex(of: UInt8(ascii: "\n")) else {
      throw limit < octets.count ? .headerTooLong(limit: Self.maximumHeaderOctets) : .incomplete
    }
    guard let header = try? JSONValue(parsing: Array(octets[start..<end])),
      let list = header["list"]?.stringValue,
      let version = header["version"]?.integerValue.flatMap(UInt64.init(exactly:)),
      let madeAt = header["made_at"]?.stringValue.flatMap(RFC3339.parse),
      let entries = header["parts"]?.arrayValue
    else { throw .malformedHeader }
    let since = header["since"]?.integerValue.flatMap(UInt64.init(exactly:))
    guard (header["since"] == nil) == (since == nil) else { throw .malformedHeader }
    guard entries.count <= Self.maximumParts else { throw .tooManyParts(limit: Self.maximumParts) }
    var parts: [String: [UInt8]] = [:]
    var position = end + 1
    var left = Self.maximumOctets
    for entry in entries {
      guard let path = entry["path"]?.stringValue, parts[path] == nil,
        let length = entry["length"]?.integerValue.flatMap(Int.init(exactly:)), length >= 0
      else { throw .malformedHeader }
      guard length <= octets.count - position else { throw .incomplete }
      let part = try BundlePart.content(entry, octets[position..<position + length], limit: left)
      parts[path] = part
      left -= part.count
      position += length
    }
    guard position == octets.count else { throw .trailingOctets(octets.count - position) }
    self.init(list: list, version: version, since: since, madeAt: madeAt, parts: parts)
  }

  /// When the bundled timestamp expires, as the bundle itself says: nothing is verified by asking.
  package var claimedExpiry: Date? {
    parts["repository/metadata/timestamp.json"].flatMap { try? JSONValue(parsing: $0) }?["signed"]?[
      "expires"]?
      .stringValue.flatMap(RFC3339.parse)
  }
}

/// Why a file is no bundle to work with.
public enum BundleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It does not begin as a bundle does.
  case notABundle
  /// It ends too early.
  case incomplete
  /// The header line exceeds so many octets.
  case headerTooLong(limit: Int)
  /// The header line is not the JSON it should be.
  case malformedHeader
  /// A part cannot be unpacked to what the header says of it.
  case damagedPart
  /// A part claims to be more than so many times its length when unpacked.
  case unpacksTooFar(ratio: Int)
  /// The parts exceed so many octets when unpacked.
  case tooLong(limit: Int)
  /// More parts than allowed.
  case tooManyParts(limit: Int)
  /// So many octets follow the last part.
  case trailingOctets(Int)
  /// Pieces of a split bundle are missing: their numbers.
  case missingPieces([Int])
  /// A piece belongs to another bundle, or is damaged.
  case strangePiece

  /// One plain line.
  public var description: String {
    switch self {
    case .notABundle: "not a bundle"
    case .incomplete: "the bundle ends too early: it was not copied whole"
    case .headerTooLong(let limit): "the bundle's header is longer than \(limit) octets"
    case .malformedHeader: "the bundle's header cannot be understood"
    case .damagedPart: "a part of the bundle is damaged: it was not copied as it was"
    case .unpacksTooFar(let ratio):
      "a part of the bundle claims to be more than \(ratio) times its length when unpacked"
    case .tooLong(let limit): "the bundle's parts are longer than \(limit) octets"
    case .tooManyParts(let limit): "the bundle has more than \(limit) parts"
    case .trailingOctets(let count): "\(count) octets follow the bundle's end"
    case .missingPieces(let numbers):
      "pieces missing: " + numbers.map(String.init).joined(separator: ", ")
    case .strangePiece: "the pieces are not of one bundle, or one is damaged"
    }
  }
}
