// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Testing

struct GatheredLinesTests {
  private final class Spool: LineSpool {
    private(set) var octets: [UInt8] = []
    func append(_ more: ArraySlice<UInt8>) { octets += more }
    func slab() -> Slab { Slab(octets) }
  }

  /// Lines of 64 octets that sort by their numbers.
  private func text(_ numbers: Range<Int>) -> [UInt8] {
    numbers.flatMap { number in
      let digits = String(number + 1_000_000)
      return Array("n\(digits).\(String(repeating: "x", count: 49)).test\n".utf8)
    }
  }

  @Test(arguments: [(GatheredLines.octets / 64 - 1, false), (GatheredLines.octets / 64, true)])
  func `lines go to the spool once they are as many octets as may be in memory`(
    _ count: Int, _ isSpooled: Bool
  ) {
    let spool = Spool()
    var lines = GatheredLines(spool: spool)
    let text = text(0..<count)
    for start in stride(from: 0, to: text.count, by: 64) { lines.append(text[start..<start + 64]) }
    #expect(lines.count == count && spool.octets.isEmpty == !isSpooled)
    #expect(lines.slab().octets == text)
  }

  @Test func `a difference that was spooled is the one that was not`() throws {
    let older = try Blocklist(parsing: text(0..<40_000))
    let newer = try Blocklist(parsing: text(100..<200) + text(39_900..<80_000))
    let (gone, come) = (Spool(), Spool())
    let delta = Delta(from: older, to: newer, spooling: gone, come)
    #expect(!gone.octets.isEmpty && !come.octets.isEmpty)
    #expect(delta == Delta(from: older, to: newer) && delta.count == 39_800 + 40_000)
    #expect(try delta.applied(to: older) == newer)
  }
}
