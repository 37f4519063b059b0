// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// Earlier programs wrote a line each: `+ VERSION UNTIL ENTRY`, `= ENTRY`; the first `withheld 2` and the last `end LINES`.
extension Withheld {
  /// Reads such a file; nil when it is none, or not whole.
  init?(earlier octets: [UInt8]) {
    let lines = octets.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    guard lines.first == "withheld 2", lines.last == "end \(lines.count - 2)" else { return nil }
    var added: [Terms: [BlocklistEntry]] = [:]
    var kept: [BlocklistEntry] = []
    for line in lines.dropFirst().dropLast() {
      let words = line.split(separator: " ")
      guard let text = words.last, let entry = try? BlocklistEntry(parsing: text) else { return nil }
      switch (words.first, words.count) {
      case ("=", 2): kept.append(entry)
      case ("+", 4):
        guard let version = UInt64(words[1]), let until = Self.number(String(words[2]), Int64.self) else {
          return nil
        }
        added[Terms(version: version, until: until), default: []].append(entry)
      default: return nil
      }
    }
    let batches = added.map { terms, entries in
      Batch(version: terms.version, until: terms.until, limit: nil, lines: EntryLines(entries))
    }
    self.init(batches.sorted { $0.version < $1.version }, keeping: EntryLines(kept))
    isUnsaved = true
  }

  private struct Terms: Hashable {
    let version: UInt64
    let until: Int64?
  }
}
