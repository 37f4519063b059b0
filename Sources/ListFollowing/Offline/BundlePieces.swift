// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography

/// A bundle cut into pieces that fit a mail or a small stick.
///
/// Each piece begins with the line `cordon-bundle-piece 1 INDEX COUNT SHA256`, index from 1, the digest that of the whole.
public enum BundlePieces {
  /// The smallest size of a piece, in octets.
  public static let minimumOctets = 4096
  /// The most pieces.
  public static let maximumCount = 9999

  private static let magic = "cordon-bundle-piece 1 "

  /// Cuts a bundle's octets; nil when that would make more than `maximumCount` pieces or pieces below `minimumOctets`.
  /// - Parameter size: the longest piece in octets, its first line included.
  public static func cut(_ octets: [UInt8], size: Int) -> [[UInt8]]? {
    let room = size - 128
    guard size >= minimumOctets else { return nil }
    let count = max(1, (octets.count + room - 1) / room)
    guard count <= maximumCount else { return nil }
    let digest = SHA256Digest(hashing: octets).hex
    return (0..<count).map { index in
      let line = "\(magic)\(index + 1) \(count) \(digest)\n"
      return Array(line.utf8) + octets[index * room..<min(octets.count, (index + 1) * room)]
    }
  }

  /// The bundle's octets from its pieces in any order; a file that is no piece must stand alone and is given back.
  /// - Throws: `BundleError.missingPieces` or `.strangePiece`.
  public static func join(_ files: [[UInt8]]) throws(BundleError) -> [UInt8] {
    if files.count == 1, piece(files[0]) == nil { return files[0] }
    var found: [Int: ArraySlice<UInt8>] = [:]
    var whole: (count: Int, digest: String)?
    for file in files {
      guard let piece = piece(file), piece.count == whole?.count ?? piece.count,
        piece.digest == whole?.digest ?? piece.digest
      else { throw .strangePiece }
      whole = (piece.count, piece.digest)
      found[piece.index] = piece.content
    }
    guard let whole else { throw .notABundle }
    let missing = (1...whole.count).filter { found[$0] == nil }
    guard missing.isEmpty else { throw .missingPieces(missing) }
    let octets = (1...whole.count).flatMap { found[$0] ?? [] }
    guard SHA256Digest(hashing: octets).hex == whole.digest else { throw .strangePiece }
    return octets
  }

  private struct Piece {
    var index: Int
    var count: Int
    var digest: String
    var content: ArraySlice<UInt8>
  }

  private static func piece(_ octets: [UInt8]) -> Piece? {
    guard octets.starts(with: magic.utf8), let end = octets.prefix(256).firstIndex(of: UInt8(ascii: "\n"))
    else {
      return nil
    }
    let words = String(decoding: octets[magic.utf8.count..<end], as: UTF8.self).split(
      separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, let index = Int(words[0]), let count = Int(words[1]),
      (1...maximumCount).contains(count),
      (1...count).contains(index)
    else { return nil }
    return Piece(index: index, count: count, digest: String(words[2]), content: octets[(end + 1)...])
  }
}
