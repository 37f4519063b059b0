// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import ListFollowing
import Testing

/// Changes of so many lines that the whole list takes less memory.
@Suite struct LargeChangeTests {
  /// Does not hand over changes that are longer than allowed.
  private final class Wordy: Transport {
    let server: SimulatedServer
    let octets: Int
    private(set) var limits: [Int] = []

    init(_ server: SimulatedServer, octets: Int) { (self.server, self.octets) = (server, octets) }

    func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
      if request.path.contains("/changes?") {
        limits.append(request.maximumOctets)
        guard octets <= request.maximumOctets else { throw .tooLarge(limit: request.maximumOctets) }
      }
      return try server.send(request)
    }
  }

  @Test func `changes as text are taken up to half of the list, 64 KiB at least and 4 MiB at most`() {
    let limits = [0, 128 << 10, (128 << 10) + 2, 8 << 20, (8 << 20) + 2].map(WorthwhileChange.textOctets(of:))
    #expect(limits == [64 << 10, 64 << 10, (64 << 10) + 1, 4 << 20, 4 << 20])
  }

  @Test(arguments: [(64 << 10, false), ((64 << 10) + 1, true)])
  func `changes as text beyond what is worth taking are left for the whole list`(
    _ octets: Int, _ isWhole: Bool
  ) throws {
    let server = try SimulatedServer()
    let follower = Follower(server)
    try server.publish([".bad.example"])
    follower.round()
    try server.publish([".new.example"])
    let asked = server.requests.count
    let wordy = Wordy(server, octets: octets)
    let report = FollowRound(
      settings: follower.settings, transport: wordy, files: follower.disk, now: server.now
    ).run()
    #expect(report.summary == "updated 1 2" && follower.output == ".new.example\n")
    #expect(server.requests[asked...].contains { $0.contains("entries.txt") } == isWhole)
    #expect(follower.round().summary == "current 2")
  }

  private func number(_ value: Int) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + number(value >> 7)
  }

  /// An update from release 1 (or none) to 2 with one section.
  private func update(from: Int = 1, kind: UInt8, coding: UInt8, length: Int, _ content: [UInt8]) throws
    -> CompactUpdate
  {
    try CompactUpdate(
      parsing: Array("cdu".utf8) + [1] + number(from) + number(2) + [kind, coding] + number(length)
        + number(content.count) + content)
  }

  @Test func `a change of more lines than fit is known by what it says of itself`() throws {
    for (count, fits) in [(75_000, true), (75_001, false)] {
      let ranks = number(count) + [0]
      #expect(
        try update(kind: 2, coding: 0, length: ranks.count, ranks).fitsMemory == fits, "\(count) removals")
    }
    for (octets, fits) in [(2 << 20, true), ((2 << 20) + 1, false)] {
      #expect(
        try update(kind: 3, coding: 1, length: octets, [0]).fitsMemory == fits, "\(octets) octets added")
      #expect(
        try update(kind: 4, coding: 1, length: octets, [0]).fitsMemory == fits, "\(octets) octets grouped")
    }
    #expect(try update(from: 0, kind: 4, coding: 1, length: 1 << 30, [0]).fitsMemory, "a whole list")
  }
}
