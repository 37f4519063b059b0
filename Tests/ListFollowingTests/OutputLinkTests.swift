// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import ListFollowing
import ListFormats
import Testing

/// Outputs that are named by symbolic links.
@Suite final class OutputLinkTests {
  private let directory: String
  private let files = LocalFileSystem()

  init() throws {
    directory = NSTemporaryDirectory() + "cordon-" + UUID().uuidString
    for name in ["state", "links", "files"] { try files.makeDirectory(directory + "/" + name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: directory + "/" + name, withDestinationPath: target)
  }

  private func target(_ name: String) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: directory + "/" + name)
  }

  private func text(_ path: String) throws -> String? {
    try files.read(directory + "/" + path, maximumOctets: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
  }

  private func round(_ server: SimulatedServer, _ outputs: String...) throws -> FollowReport {
    try files.replace(directory + "/root.json", with: server.firstRoot, permissions: 0o640)
    var settings = FollowSettings(
      list: server.list, stateDirectory: directory + "/state", rootFile: directory + "/root.json",
      outputs: outputs.map { .init(format: .entries, path: directory + "/" + $0) })
    settings.sendsReceipts = false
    return FollowRound(settings: settings, transport: server, files: files, now: server.now).run()
  }

  @Test func `a link stays, and leads to the new file, whether that was there or not`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    try link("links/zone", to: "../links/second")
    try link("links/second", to: directory + "/files/zone")
    #expect(try round(server, "links/zone").summary == "updated 0 1")
    #expect(try text("files/zone") == ".bad.example\n")
    try server.publish([".worse.example"])
    #expect(try round(server, "links/zone").summary == "updated 1 2")
    #expect(try text("files/zone") == ".worse.example\n")
    #expect(target("links/zone") == "../links/second" && target("links/second") != nil)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory + "/links").sorted() == [
        "second", "zone",
      ])
    // Led elsewhere, the file there is written, though the list is the same.
    try files.remove(directory + "/links/second")
    try link("links/second", to: "../files/other")
    #expect(try round(server, "links/zone").summary == "current 2")
    #expect(try text("files/other") == ".worse.example\n")
  }

  @Test func `links that lead to each other are told`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    try link("links/one", to: "two")
    try link("links/two", to: "one")
    #expect(try round(server, "links/one").summary.contains("links/one: Too many levels of symbolic links"))
  }

  @Test func `two outputs that are one file are told`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    try link("links/zone", to: "file")
    let report = try round(server, "links/zone", "links/file")
    #expect(report.summary.contains("is the same file"), "\(report.lines)")
  }
}
