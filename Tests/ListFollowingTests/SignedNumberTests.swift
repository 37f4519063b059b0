// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import ListFollowing
import SignedManifests
import StrictJSON
import Testing

/// Numbers that a stolen key signs: whatever they are, a follower refuses and stays up.
struct SignedNumberTests {
  let server: SimulatedServer
  let follower: Follower

  init() throws {
    server = try SimulatedServer()
    try server.publish([".bad.example"])
    follower = Follower(server)
    follower.round()
  }

  @Test(arguments: [UInt64(Int64.max) + 1, .max])
  func `a release numbered beyond what is counted is refused`(version: UInt64) throws {
    try server.sign(server.releases[1], as: version)
    #expect(follower.round().check == "list-not-signed")
    #expect(follower.output == ".bad.example\n" && follower.state?.applied?.version == 1)
  }

  @Test func `a release numbered 0 is refused`() throws {
    let server = try SimulatedServer()
    try server.sign(try Blocklist(entries: [BlocklistEntry(parsing: ".bad.example")]), as: 0)
    #expect(Follower(server).round().check == "list-not-signed")
  }

  @Test func `the highest number there is, is followed, reported and remembered`() throws {
    var fresh = Follower(server)
    fresh.settings.sendsReceipts = true
    let list = server.releases[1]
    try server.sign(list, as: UInt64(Int64.max))
    #expect(fresh.round().summary == "updated 0 \(Int64.max)")
    #expect(fresh.state?.applied?.version == UInt64(Int64.max))
    #expect(server.receipts.last?["version"]?.integerValue == Int64.max)
    #expect(fresh.round().summary == "current \(Int64.max)")
  }

  @Test(arguments: [true, false])
  func `a list signed longer than a list may be is refused before an octet is asked for`(isCompact: Bool)
    throws
  {
    server.speaksCompact = isCompact
    for length in [Int64(ListLimits().octets) + 1, .max] {
      try forge(length)
      let asked = server.requests.count
      #expect(follower.round().check == "list-not-signed")
      #expect(Follower(server).round().check == "list-not-signed")
      #expect(!server.requests[asked...].contains { $0.contains("entries.txt") || $0.contains("since=0") })
    }
    // As long as it may be, it is asked for, and not there.
    try forge(Int64(ListLimits().octets))
    let asked = server.requests.count
    #expect(Follower(server).round().check == nil)
    #expect(server.requests[asked...].contains { $0.contains("entries.txt") })
  }

  private func forge(_ length: Int64) throws {
    let digest = SHA256Digest(hashing: Array("elsewhere".utf8))
    try server.forge(Targets.type) {
      $0.targets["worst-of/2/entries.txt"] = TargetDescription(length: length, sha256: digest)
    }
  }
}
