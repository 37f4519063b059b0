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
    let bodies = SharedBodies(capacity: 2 * (256 + 100))
    var made = 0
    func body(_ from: UInt64, _ octets: Int) throws -> Bool {
      bodies.body(try key(from)) {
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
    #expect(bodies.body(try key(1)) { [1] }.octets == [1])
    #expect(bodies.body(try key(1, hasApprovals: true)) { [2] }.octets == [2])
    #expect(bodies.body(try key(1)) { [3] }.octets == [1])
  }
}
