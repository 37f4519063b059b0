// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// A line each: `+ VERSION UNTIL ENTRY`, `= ENTRY`; UNTIL is `-` while frozen. The first is `withheld 2` and the last `end LINES`;
/// files written before there were these have neither.
extension Withheld {
  /// Reads the follower's own file; lines that are none count as missing, so that at worst an addition is shown too early.
  /// - Parameter isWhole: set to whether nothing is missing.
  init(parsing octets: [UInt8], isWhole: inout Bool) {
    for line in octets.split(separator: UInt8(ascii: "\n")) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard let text = words.last, let entry = try? BlocklistEntry(parsing: text) else { continue }
      switch (words.first, words.count) {
      case ("=", 2): kept.append(entry)
      case ("+", 4):
        guard let version = UInt64(words[1]), words[2] == "-" || Int64(words[2]) != nil else { continue }
        additions.append(Addition(entry: entry, version: version, until: Int64(words[2])))
      default: continue
      }
    }
    isWhole = !octets.starts(with: Self.head) || octets.suffix(end.count) == end[...]
  }

  private static let head = Array("withheld 2\n".utf8)

  private var end: [UInt8] { Array("end \(additions.count + kept.count)\n".utf8) }

  /// The file.
  var octets: [UInt8] {
    var text = ""
    for addition in additions {
      text += "+ \(addition.version) \(addition.until.map(String.init) ?? "-") \(addition.entry)\n"
    }
    for entry in kept { text += "= \(entry)\n" }
    return Self.head + Array(text.utf8) + end
  }
}
