// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How files of pictures, films, documents and archives begin: their first octets, or others that stand near.
struct MediaSignature {
  /// The octets looked at, as one number.
  static let bits = 56
  /// The octets that count, the first one highest.
  private let value: UInt64
  private let mask: UInt64

  /// `count` octets, those bits that `mask` has.
  private init(_ value: UInt64, _ count: UInt64, mask: UInt64 = .max) {
    let shift = UInt64(Self.bits) - 8 * count
    self.value = (value & mask) << shift
    self.mask = (mask << shift) & (1 << UInt64(Self.bits) - 1)
  }

  /// Each of 27 bits or more, so that the words and tokens of an address hardly ever hold one.
  private static let all = files + marks + [MediaSignature(0x6461_7461_3A, 5)]  // data:

  /// What begins with marks that are text: SVG, XML, PDF.
  private static let marks = [
    MediaSignature(0x3C73_7667, 4), MediaSignature(0x3C3F_786D_6C, 5), MediaSignature(0x2550_4446, 4),
  ]

  private static let files = [
    // JPEG: a marker above 0xC0 after the first, of a length below 2048; and the words in its first segment.
    MediaSignature(0xFFD8_FFC0_00, 5, mask: 0xFFFF_FFC0_F8), MediaSignature(0x4A46_4946_00, 5),
    MediaSignature(0x4578_6966_00, 5), MediaSignature(0xFFD8_FFFF, 4),
    MediaSignature(0x8950_4E47, 4),  // PNG
    MediaSignature(0x4749_4638, 4),  // GIF
    MediaSignature(0x5249_4646, 4),  // RIFF: WebP, AVI, WAV
    MediaSignature(0x6674_7970, 4),  // ftyp, after a length: MP4, MOV, HEIF, AVIF
    MediaSignature(0x1A45_DFA3, 4),  // WebM, Matroska
    MediaSignature(0x4F67_6753, 4),  // Ogg
    MediaSignature(0x464C_5601, 4),  // Flash video
    MediaSignature(0x4944_3300, 4, mask: 0xFFFF_FFF8),  // MP3 with ID3
    MediaSignature(0x4949_2A00, 4), MediaSignature(0x4D4D_002A, 4),  // TIFF
    MediaSignature(0x424D_0000_0000_00, 7, mask: 0xFFFF_0000_FFFF_FF),  // BMP below 64 KiB
    MediaSignature(0x0000_0100_0100, 6),  // icon
    MediaSignature(0x3842_5053, 4),  // Photoshop
    // JPEG XL, JPEG 2000
    MediaSignature(0x4A58_4C20, 4), MediaSignature(0x6A50_2020, 4), MediaSignature(0xFF4F_FF51, 4),
    MediaSignature(0x504B_0304, 4),  // ZIP
    MediaSignature(0x1F8B_0800, 4, mask: 0xFFFF_FFE0),  // gzip
    MediaSignature(0x425A_6830_31, 5, mask: 0xFFFF_FFF0_FF),  // bzip2
    MediaSignature(0x28B5_2FFD, 4), MediaSignature(0xFD37_7A58, 4),  // Zstandard, xz
    MediaSignature(0x377A_BCAF, 4), MediaSignature(0x5261_7221, 4),  // 7z, RAR
  ]

  /// A bit for each number of two octets that one of them begins with: nearly nothing gets by.
  static let beginnings: [UInt64] = {
    var table = [UInt64](repeating: 0, count: 1024)
    for signature in all {
      let first = Int(signature.value >> UInt64(bits - 16))
      table[first >> 6] |= 1 << UInt64(first & 63)
    }
    return table
  }()

  /// A bit for each number of 18 bits, three characters of base64, that one of them begins with: at the first bit, the third or
  /// the fifth.
  static let openings: [UInt64] = {
    var table = [UInt64](repeating: 0, count: 1 << 18 / 64)
    for signature in all {
      for before in [0, 2, 4] as [UInt64] {
        let shift = UInt64(bits) - 18 + before
        let (value, fixed) = (Int(signature.value >> shift), Int(signature.mask >> shift))
        // Each choice of the bits that are not fixed.
        let free = (1 << 18 - 1) & ~fixed
        var choice = free
        while true {
          let number = value | choice
          table[number >> 6] |= 1 << UInt64(number & 63)
          guard choice > 0 else { break }
          choice = (choice - 1) & free
        }
      }
    }
    return table
  }()

  /// Whether seven octets, the first one highest, begin like such a file.
  static func matches(_ octets: UInt64) -> Bool { all.contains { octets & $0.mask == $0.value } }

  /// The same of octets that are not encoded: where a `data:` URL stands plainly, `DataURL` says.
  static func matchesPlainly(_ octets: UInt64) -> Bool {
    files.contains { octets & $0.mask == $0.value } || matchesMarks(octets)
  }

  /// The same of a text: letters alone may spell the rest by chance.
  static func matchesMarks(_ octets: UInt64) -> Bool { marks.contains { octets & $0.mask == $0.value } }
}
