// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Publication
import Testing

/// Contents that many readers share.
struct SharedBodyTests {
  private func key(_ from: UInt64, hasApprovals: Bool = false) throws -> SharedBodies.Key {
    SharedBodies.Key(
      list: try ListName("worst-of"), from: ListVersion(from), to: ListVersion(9), hasChange: true,
      hasApprovals: hasApprovals, kind: UpdateMetadata.Held())
  }

  @Test func `what fits is kept, one octet more is made for each reader`() throws {
    // Each costs 256 octets besides.
    let bodies = SharedBodies(capacity: 2 * (256 + 100), share: 1 << 20)
    var made = 0
    func body(_ from: UInt64, _ octets: Int) throws -> Bool {
      bodies.body(try key(from), for: "isp-one") {
        made += 1
        return [UInt8](repeating: UInt8(from), count: octets)
      }.isShared
    }
    for _ in 0..<2 { #expect(try body(1, 100)) }
    #expect(made == 1)
    for _ in 0..<2 { #expect(try !body(2, 101)) }
    #expect(made == 3)
    for _ in 0..<2 { #expect(try body(2, 100)) }
    #expect(try body(1, 100))
    #expect(made == 4)
    #expect(try !body(3, 0))
  }

  @Test func `readers who asked for approvals share none with those who did not`() throws {
    let bodies = SharedBodies()
    #expect(bodies.body(try key(1), for: "isp-one") { [1] }.octets == [1])
    #expect(bodies.body(try key(1, hasApprovals: true), for: "isp-one") { [2] }.octets == [2])
    #expect(bodies.body(try key(1), for: "isp-one") { [3] }.octets == [1])
  }

  /// Whether a body of so many octets, 256 of them its own, is kept for `reader`.
  private func isKept(
    _ bodies: SharedBodies, _ from: UInt64, _ octets: Int, for reader: String
  ) throws -> Bool {
    bodies.body(try key(from), for: reader) { [UInt8](repeating: 0, count: octets - 256) }.isShared
  }

  @Test func `one reader alone takes its share and not an octet more, and leaves the rest to others`() throws
  {
    let bodies = SharedBodies(capacity: 4000, share: 1000)
    #expect(try isKept(bodies, 1, 600, for: "isp-one"))
    #expect(try !isKept(bodies, 2, 401, for: "isp-one"))
    #expect(try isKept(bodies, 3, 400, for: "isp-one"))
    #expect(try !isKept(bodies, 4, 256, for: "isp-one"))
    #expect(try isKept(bodies, 5, 1000, for: "isp-two"))
    #expect(try !isKept(bodies, 6, 1001, for: "isp-three"))
  }

  @Test func `what a second reader gets as well is no longer on the first one's account`() throws {
    let bodies = SharedBodies(capacity: 4000, share: 1000)
    #expect(try isKept(bodies, 1, 1000, for: "isp-one"))
    #expect(try isKept(bodies, 1, 1000, for: "isp-one"))
    #expect(try !isKept(bodies, 2, 256, for: "isp-one"))
    #expect(try isKept(bodies, 1, 1000, for: "isp-two"))
    #expect(try isKept(bodies, 3, 1000, for: "isp-one"))
    #expect(try isKept(bodies, 4, 1000, for: "isp-two"))
  }

  @Test func `what is more than a share is kept once two readers have asked for it`() throws {
    let bodies = SharedBodies(capacity: 4000, share: 1000)
    for _ in 0..<2 { #expect(try !isKept(bodies, 1, 3000, for: "isp-one")) }
    #expect(try isKept(bodies, 1, 3000, for: "isp-two"))
    #expect(try isKept(bodies, 1, 3000, for: "isp-one"))
    // It is on nobody's account, but the room is what it is.
    #expect(try isKept(bodies, 2, 1000, for: "isp-one"))
    #expect(try !isKept(bodies, 3, 256, for: "isp-two"))
  }

  @Test func `a reader is remembered for 64 things it asked for in vain, and not for one more`() throws {
    let bodies = SharedBodies(capacity: 1 << 20, share: 300)
    for number in 1...65 { #expect(try !isKept(bodies, UInt64(number), 301, for: "isp-one")) }
    #expect(try isKept(bodies, 64, 301, for: "isp-two"))
    #expect(try !isKept(bodies, 65, 301, for: "isp-two"))
    #expect(try isKept(bodies, 65, 301, for: "isp-three"))
  }
}
