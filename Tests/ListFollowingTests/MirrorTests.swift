// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import HTTPMessages
import ListFollowing
import Testing

/// A mirror on the real disk, of a server in memory.
final class MirrorTests {
  let server: SimulatedServer
  let folder = NSTemporaryDirectory() + "cordon-mirror-\(UUID().uuidString)"

  init() throws {
    server = try SimulatedServer()
    try server.publish([".one.example"])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(server.firstRoot).write(to: URL(fileURLWithPath: folder + "/root.json"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func round(after seconds: Double = 0) -> String {
    var settings = MirrorSettings(directory: folder, rootFile: folder + "/root.json")
    settings.keepSeconds = 3600
    let now = server.now.addingTimeInterval(seconds)
    switch MirrorRound(settings: settings, transport: server, now: now, pause: { _ in }).run().outcome {
    case .current: return "current"
    case .updated: return "updated"
    case .failed(.refused(let refusal)): return refusal.check
    case .failed: return "failed"
    }
  }

  /// The files served, by the end of their path.
  private func served(_ suffix: String) -> [String] {
    let manager = FileManager.default
    guard let state = try? manager.destinationOfSymbolicLink(atPath: folder + "/current") else { return [] }
    let paths = try? manager.subpathsOfDirectory(atPath: folder + "/" + state)
    return (paths ?? []).filter { $0.hasSuffix(suffix) }.sorted()
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/current/" + path)), as: UTF8.self)
  }

  /// Publishes a release; the one before is signed no more, as on a real server.
  private func replace(with entries: [String]) throws {
    try server.publish(entries)
    try server.sign(try #require(server.releases.last), as: server.version, dropping: server.version - 1)
  }

  @Test func `each state has the list, the changes to it and all metadata`() throws {
    #expect(round() == "updated")
    #expect(round() == "current")
    try server.publish([".one.example", ".two.example"])
    #expect(round() == "updated")
    try server.publish([".two.example"])
    #expect(round() == "updated")
    #expect(try text("v1/lists/worst-of/changes/2") == "-.one.example\n")
    #expect(try text("v1/lists/worst-of/changes/1") == "-.one.example\n+.two.example\n")
    #expect(served("1.root.json").count == 1)
    let newest = try #require(served(".entries.txt").last)
    #expect(try text(newest) == ".two.example\n")
  }

  @Test func `what a release replaced goes when its time is over, and not a second before`() throws {
    _ = round()
    try replace(with: [".two.example"])
    #expect(round() == "updated")
    #expect(served(".entries.txt").count == 2)
    try replace(with: [".three.example"])
    #expect(round(after: 3599) == "updated")
    #expect(served(".entries.txt").count == 3)
    try replace(with: [".four.example"])
    #expect(round(after: 3600) == "updated")
    // The first is gone; the second was replaced a second ago.
    #expect(served(".entries.txt").count == 3)
    #expect(!served(".entries.txt").contains { $0.contains("/1/") })
  }

  @Test(arguments: ["entries.txt", "changes"])
  func `octets that are not the signed ones are not written`(path: String) throws {
    if path == "changes" { _ = round() }
    let before = served("")
    try server.publish([".one.example", ".two.example"])
    server.lie(path) { answer in
      var answer = answer
      if answer.body.count > 2 { answer.body[2] ^= 1 }
      return answer
    }
    #expect(!["updated", "current"].contains(round()))
    #expect(served("") == before)
    #expect(before.isEmpty == (path == "entries.txt"))
  }

  @Test func `what an interruption left over is no hindrance`() throws {
    _ = round()
    let manager = FileManager.default
    for half in [".new/repository", "2/repository", "7"] {
      try manager.createDirectory(
        atPath: folder + "/states/" + half, withIntermediateDirectories: true)
    }
    try manager.createSymbolicLink(atPath: folder + "/current.new", withDestinationPath: "states/2")
    try server.publish([".two.example"])
    #expect(round() == "updated")
    #expect(try text(try #require(served(".entries.txt").last)) == ".two.example\n")
    #expect(Set(try manager.contentsOfDirectory(atPath: folder + "/states")) == ["1", "2"])
  }

  @Test func `a mirror that moved on between metadata and changes is asked once more, not refused`() throws {
    let follower = Follower(server)
    let files = SourceTests.Mirror(of: server)
    func follow() -> FollowReport {
      FollowRound(
        settings: follower.settings,
        sources: [FollowSource(name: "mirror", transport: files, isOrigin: false)],
        files: follower.disk, now: server.now, pause: { _ in }
      ).run()
    }
    #expect(follow().summary == "updated 0 1")
    try server.publish([".one.example", ".two.example"])
    var isFirst = true
    files.answer = { [server] request throws(TransportFault) in
      guard request.path.contains("changes") else { return try server.send(request) }
      if isFirst { try? server.publish([".one.example", ".two.example", ".three.example"]) }
      isFirst = false
      // Plain files say nothing of the release they lead to.
      var answer = try server.send(request)
      answer.fields = [:]
      return answer
    }
    #expect(follow().summary == "updated 1 3")
  }
}
