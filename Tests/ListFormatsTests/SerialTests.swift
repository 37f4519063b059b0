// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import ListFormats
import Testing

struct SerialTests {
  @Test(
    arguments: [
      (1, 2, 2), (5, 5, 6), (6, 5, 7), (5, 9, 9), (1_000_000, 43, 1_000_001), (0xFFFF_FFFF, 3, 3),
      (0xFFFF_FFFF, 0xFFFF_FFFF, 1), (0xFFFF_FFFE, 0xFFFF_FFFE, 0xFFFF_FFFF), (0xFFFF_FFF0, 0x1_0000_0005, 5),
      // Half of all numbers further is not further (RFC 1982).
      (1, 0x8000_0001, 0x8000_0001), (1, 0x8000_0002, 2), (1, .max, 2),
    ] as [(UInt32, UInt64, UInt32)])
  func `the next serial is the release's, if that lies beyond, else one more`(
    last: UInt32, version: UInt64, next: UInt32
  ) {
    #expect(ZoneSerial.next(after: last, for: ListVersion(version)) == next)
  }

  @Test func `a serial is read from a zone, and another put in its place`() throws {
    let list = try Blocklist(entries: [BlocklistEntry(parsing: ".bad.example")])
    var options = RenderOptions(list: try ListName("worst-of"), version: ListVersion(98))
    let zone = ListFormat.rpz.render(list, options: options).octets
    #expect(ZoneSerial.read(from: Slab(zone)) == 98)
    var other: [UInt8] = []
    ZoneSerial.rewrite(Slab(zone), with: 101) { other += $0 }
    options.serial = 101
    #expect(other == ListFormat.rpz.render(list, options: options).octets)
    #expect(ZoneSerial.read(from: Slab(other)) == 101)
    for text in ["", "@ SOA elsewhere. x. 5 1 1 1 1\n", "; nothing\n"] {
      #expect(ZoneSerial.read(from: Slab(Array(text.utf8))) == nil)
    }
  }
}
