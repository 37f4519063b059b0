// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography

/// Blocks of a text, by the rule as `docs/protocol.md` tells it.
struct BlockModel {
  var blocks: [[UInt8]] = []

  init(_ text: [UInt8]) {
    var block: [UInt8] = []
    var lines = 0
    for line in text.split(separator: 0x0A) {
      block += line + [0x0A]
      lines += 1
      if lines == 512 || lines >= 8 && Self.key(Array(line)) < 1 << 59 {
        blocks.append(block)
        (block, lines) = ([], 0)
      }
    }
    if !block.isEmpty { blocks.append(block) }
  }

  var digest: SHA256Digest {
    var message: [UInt8] = [1]
    for place in 0..<8 { message.append(UInt8(blocks.count >> (8 * (7 - place)) & 0xFF)) }
    for block in blocks { message += SHA256Digest(hashing: [0] + block).octets }
    return SHA256Digest(hashing: message)
  }

  static func key(_ line: [UInt8]) -> UInt64 {
    var key: UInt64 = 0
    for start in stride(from: 0, to: line.count, by: 8) {
      var word: UInt64 = 0
      for octet in line[start..<min(start + 8, line.count)].reversed() { word = word << 8 | UInt64(octet) }
      key = (key ^ word) &* 0x9E37_79B9_7F4A_7C15
      key ^= key >> 32
    }
    return key
  }
}

/// A reproducible source of lists of any length, and of changes where they are most likely to go wrong.
struct NumberedLists {
  private var random: RandomLists

  init(seed: UInt64) { random = RandomLists(seed: seed) }

  mutating func list(_ size: Int) throws -> Blocklist {
    var lines: [String] = []
    for _ in 0..<size { lines.append(line()) }
    return try Blocklist(entries: lines.map { line in try BlocklistEntry(parsing: line) })
  }

  /// A list that follows `list`: with a few lines more or fewer, at its ends, at the ends of blocks, or altogether another.
  mutating func changed(_ list: Blocklist, in step: Int) throws -> Blocklist {
    var lines = list.map(\.text)
    switch step {
    case 4: lines.removeFirst(min(lines.count, 1 + random.number(below: 20)))
    case 5: lines.removeLast(min(lines.count, 1 + random.number(below: 20)))
    case 6:
      var (kept, line): ([String], Int) = ([], 0)
      for block in BlockModel(list.octets).blocks {
        let count = block.count { $0 == 0x0A }
        let part = lines[line..<line + count]
        // The first, the last, or all of a block's lines go.
        switch random.number(below: 4) {
        case 0: kept += part.dropFirst()
        case 1: kept += part.dropLast()
        case 2 where kept.count % 3 == 0: break
        default: kept += part
        }
        line += count
      }
      lines = kept
    case 7: lines += ["-0.example", "zzz-last.test", ".0.example"]
    case 10: lines = []
    case 11: for _ in 0..<random.number(below: 400) { lines.append(self.line()) }
    default:
      for _ in 0..<random.number(below: 12) where !lines.isEmpty {
        lines.remove(at: random.number(below: lines.count))
      }
      for _ in 0..<random.number(below: 12) { lines.append(line()) }
    }
    return try Blocklist(entries: lines.map { line in try BlocklistEntry(parsing: line) })
  }

  private mutating func line() -> String {
    let dot = random.number(below: 3) == 0 ? "." : ""
    let head = String(random.number(below: 1_000_000), radix: 36)
    return dot + head + ["", "-a", ".host", ".of-some-length"][random.number(below: 4)] + ".example"
  }
}
