// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import ListFollowing
import ListFormats
import Testing

/// Two followers where one would do.
@Suite final class OwnershipTests {
  private let directory: String
  private let files = LocalFileSystem()

  init() throws {
    directory = NSTemporaryDirectory() + "cordon-" + UUID().uuidString
    try files.makeDirectory(directory)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func identity(_ name: String) throws -> FollowerIdentity {
    try files.makeDirectory(directory + "/" + name)
    return try FollowerIdentity(ofState: directory + "/" + name, list: "worst-of", files: files)
  }

  /// A round of the follower in a folder, with one output.
  private func round(
    _ name: String, _ server: SimulatedServer, claims: OutputClaims? = nil, takingOver: Bool = false,
    output: String = "out.txt"
  ) throws -> FollowReport {
    try files.replace(directory + "/root.json", with: server.firstRoot, permissions: 0o640)
    let identity = try identity(name)
    var settings = FollowSettings(
      list: server.list, stateDirectory: directory + "/" + name, rootFile: directory + "/root.json",
      outputs: [.init(format: .entries, path: directory + "/" + output)])
    settings.sendsReceipts = false
    settings.follower = identity
    settings.takesOver = takingOver
    var round = FollowRound(settings: settings, transport: server, files: files, now: server.now)
    round.claims = claims ?? OutputClaims(of: identity)
    return round.run()
  }

  private func server() throws -> SimulatedServer {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    return server
  }

  @Test
  func `a follower keeps its number when its folder is renamed, or emptied and begun anew in its place`()
    throws
  {
    let first = try identity("state")
    #expect(try identity("state") == first && first.number.utf8.count == 8)
    try FileManager.default.moveItem(atPath: directory + "/state", toPath: directory + "/renamed")
    let renamed = try identity("renamed")
    #expect(renamed.number == first.number && renamed.state.hasSuffix("/renamed"))
    try FileManager.default.moveItem(atPath: directory + "/renamed", toPath: directory + "/state")
    try files.remove(directory + "/state/follower.json")
    #expect(try identity("state") == first)
  }

  @Test func `a copy of a follower's folder is another follower`() throws {
    let first = try identity("state")
    try FileManager.default.copyItem(atPath: directory + "/state", toPath: directory + "/copy")
    let copy = try identity("copy")
    #expect(copy.number != first.number)
    #expect(try identity("copy") == copy && identity("state") == first)
  }

  @Test(arguments: ["", "{}", #"{"follower":"SHOUTING","list":"a","state":"b","host":"c"}"#])
  func `a number that cannot be read is made anew`(_ text: String) throws {
    let first = try identity("state")
    try files.replace(directory + "/state/follower.json", with: Array(text.utf8), permissions: 0o640)
    #expect(try identity("state") == first)
  }

  @Test func `a follower that runs has its outputs to itself`() throws {
    let server = try server()
    let running = OutputClaims(of: try identity("one"))
    #expect(try round("one", server, claims: running).summary == "updated 0 1")
    let report = try round("two", server, takingOver: true)
    #expect(report.check == "other-follower")
    #expect(report.summary.contains("out.txt: another follower (") && report.summary.contains("is running"))
    #expect(report.summary.contains("state \(try identity("one").state) on "))
    let state = try #require(try FollowStatus.state(in: directory + "/two", files: files))
    #expect(state.applied == nil && state.lastAttempt?.check == "other-follower")
    #expect(FollowStatus(of: state, now: server.now, patience: 60) == .refused)
    #expect(try round("one", server, claims: running).summary == "current 1")
  }

  @Test func `what a follower wrote that is gone is taken over on purpose only, and then it is this one's`()
    throws
  {
    let server = try server()
    #expect(try round("one", server).summary == "updated 0 1")
    // The same again, and under another name.
    #expect(try round("one", server).summary == "current 1")
    try FileManager.default.moveItem(atPath: directory + "/one", toPath: directory + "/renamed")
    #expect(try round("renamed", server).summary == "current 1")
    let report = try round("two", server)
    #expect(report.check == "other-follower" && report.summary.contains("--take-over"))
    #expect(try round("two", server, takingOver: true).summary == "updated 0 1")
    #expect(try round("two", server).summary == "current 1")
    #expect(try round("renamed", server).check == "other-follower")
  }

  @Test func `a claim that is taken away while the follower runs is made anew`() throws {
    let server = try server()
    let running = OutputClaims(of: try identity("one"))
    #expect(try round("one", server, claims: running).summary == "updated 0 1")
    try files.remove(directory + "/.out.txt.follower")
    #expect(try round("one", server, claims: running).summary == "current 1")
    #expect(try round("two", server).check == "other-follower")
  }

  @Test func `an output whose folder is missing is told as such, and claimed once it is there`() throws {
    let server = try server()
    let claims = OutputClaims(of: try identity("one"))
    let report = try round("one", server, claims: claims, output: "later/out.txt")
    #expect(report.summary.contains("later/.out.txt.new: No such file or directory"))
    try files.makeDirectory(directory + "/later")
    #expect(try round("one", server, claims: claims, output: "later/out.txt").summary == "current 1")
    #expect(try round("two", server, output: "later/out.txt").check == "other-follower")
  }
}
