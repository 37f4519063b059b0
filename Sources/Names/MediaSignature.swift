// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How files of pictures, films and the like begin, written in letters.
package enum MediaSignature {
  private static let base64: [[UInt8]] = [
    "iVBORw0KGgo",  // PNG
    "/9j/",  // JPEG
    "4AAQSk", "4QAYRX", "4gxYSU",  // JPEG (JFIF, Exif, ICC), after the slashes of its first octets
    "R0lGOD",  // GIF
    "UklGR",  // WebP, AVI
    "AAAAIGZ0eX", "AAAAHGZ0eX", "AAAAGGZ0eX", "AAAAFGZ0eX",  // MP4, HEIF, AVIF
    "GkXfo",  // WebM, Matroska
    "JVBERi",  // PDF
    "UEsDB",  // ZIP
  ].map { Array($0.utf8) }

  private static let hexadecimal: [[UInt8]] = [
    "89504e470d0a",  // PNG
    "ffd8ff",  // JPEG
    "47494638",  // GIF
    "52494646",  // WebP, AVI
    "1a45dfa3",  // WebM, Matroska
    "25504446",  // PDF
    "504b0304",  // ZIP
  ].map { Array($0.utf8) }

  /// Whether `octets` begin as such a file does in base64.
  package static func begins(base64 octets: Span<UInt8>) -> Bool {
    base64.contains { signature in
      signature.count <= octets.count && signature.indices.allSatisfy { octets[$0] == signature[$0] }
    }
  }

  /// Whether `octets` begin as such a file does in hexadecimal, in letters of either case.
  package static func begins(hexadecimal octets: Span<UInt8>) -> Bool {
    hexadecimal.contains { signature in
      signature.count <= octets.count && signature.indices.allSatisfy { octets[$0] | 0x20 == signature[$0] }
    }
  }
}
