// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import ListFollowing
import ListFormats
import StrictJSON

/// A follower on a disk in memory, driven round by round.
struct Follower {
  static let rpz = "/etc/resolver/db.rpz"
  static let entries = "/etc/resolver/entries.txt"

  let server: SimulatedServer
  var disk = MemoryFileSystem()
  var settings: FollowSettings

  init(_ server: SimulatedServer) {
    self.server = server
    settings = FollowSettings(
      list: server.list, stateDirectory: "/state", rootFile: "/root.json",
      outputs: [.init(format: .rpz, path: Self.rpz), .init(format: .entries, path: Self.entries)])
    settings.sendsReceipts = false
    disk.put(String(decoding: server.firstRoot, as: UTF8.self), at: "/root.json")
  }

  /// Runs one round.
  @discardableResult
  func round(acceptingLargeChange: Bool = false) -> FollowReport {
    var settings = settings
    settings.acceptsLargeChange = acceptingLargeChange
    return FollowRound(settings: settings, transport: server, files: disk, now: server.now).run()
  }

  /// The entries of the plain output.
  var output: String? { disk.text(Self.entries) }

  /// Both outputs.
  var outputs: [String?] { [disk.text(Self.rpz), disk.text(Self.entries)] }

  /// What the follower remembers.
  var state: FollowState? {
    try? FollowStatus.state(in: "/state", files: disk)
  }
}

extension FollowReport {
  /// The check that refused, if one did.
  var check: String? {
    if case .failed(.refused(let refusal)) = outcome { return refusal.check }
    return nil
  }

  /// "current 3", "updated 2 3", or the failure.
  var summary: String {
    switch outcome {
    case .current(let version): "current \(version)"
    case .updated(let from, let to, _, _): "updated \(from ?? 0) \(to)"
    case .failed(let failure): "\(failure)"
    }
  }
}
