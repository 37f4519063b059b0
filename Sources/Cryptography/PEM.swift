// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials

/// Textual encoding of keys and certificates (RFC 7468).
enum PEM {
  static func encode(_ octets: [UInt8], label: String) -> String {
    let base64 = Array(Data(octets).base64EncodedString())
    var text = "-----BEGIN \(label)-----\n"
    for start in stride(from: 0, to: base64.count, by: 64) {
      text += String(base64[start..<min(start + 64, base64.count)]) + "\n"
    }
    return text + "-----END \(label)-----\n"
  }

  /// The octets of the first block with one of `labels`.
  static func decode(_ text: String, labels: [String]) throws(KeyError) -> (
    label: String, octets: [UInt8]
  ) {
    let lines = text.split(whereSeparator: \.isNewline).map { trimmed($0) }
    for label in labels {
      guard let begin = lines.firstIndex(of: "-----BEGIN \(label)-----") else { continue }
      guard let end = lines[begin...].firstIndex(of: "-----END \(label)-----"),
        let data = Data(base64Encoded: lines[(begin + 1)..<end].joined())
      else { throw .malformed }
      return (label, Array(data))
    }
    throw .malformed
  }

  private static func trimmed(_ line: Substring) -> String {
    var line = line
    while line.last?.isWhitespace == true { line.removeLast() }
    return String(line)
  }
}
