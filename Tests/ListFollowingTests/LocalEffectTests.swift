// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import ListFollowing
import ListFormats
import Testing

@Suite final class LocalEffectTests {
  private let directory: String
  private let files = LocalFileSystem()

  init() throws {
    directory = NSTemporaryDirectory() + "cordon-" + UUID().uuidString
    try files.makeDirectory(directory + "/state")
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  private func text(_ path: String) throws -> String? {
    try files.read(directory + "/" + path, maximumOctets: 1 << 20).map { String(decoding: $0, as: UTF8.self) }
  }

  private func settings(_ server: SimulatedServer) throws -> FollowSettings {
    try files.replace(directory + "/root.json", with: server.firstRoot, permissions: 0o640)
    var settings = FollowSettings(
      list: server.list, stateDirectory: directory + "/state", rootFile: directory + "/root.json",
      outputs: [.init(format: .entries, path: directory + "/out.txt")])
    settings.sendsReceipts = false
    return settings
  }

  private func round(_ settings: FollowSettings, _ server: SimulatedServer) -> FollowReport {
    FollowRound(settings: settings, transport: server, files: files, now: server.now).run()
  }

  @Test func `the reload command runs after a change only, and again until it succeeds`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    var settings = try settings(server)
    settings.reloadCommand = "echo run >> '\(directory)/log'; echo broken >&2; exit 3"
    let report = round(settings, server)
    let said = "\(settings.stateDirectory)/command-output.txt"
    #expect(
      report.lines == [
        "output written, but the reload command ended with 3 (see \(said)); it will be tried again"
      ])
    #expect(try text("state/command-output.txt") == "broken\n")
    #expect(try text("out.txt") == ".bad.example\n")
    #expect(
      FollowStatus(
        of: try FollowStatus.state(in: settings.stateDirectory, files: files), now: server.now, patience: 9)
        != .current)
    settings.reloadCommand = "echo run >> '\(directory)/log'"
    #expect(round(settings, server).summary == "current 1")
    #expect(round(settings, server).summary == "current 1")
    #expect(try text("log") == "run\nrun\n")
  }

  @Test func `what a command says when it fails is told nowhere but in a file of the state folder`() throws {
    let server = try SimulatedServer()
    try server.publish([".listed-and-printed.example"])
    var settings = try settings(server)
    settings.textfile = directory + "/metrics"
    settings.reloadCommand = "cat '\(directory)/out.txt' >&2; exit 1"
    let report = round(settings, server)
    #expect(report.lines.count == 1 && report.lines[0].contains("ended with 1"))
    #expect(!report.lines[0].contains("listed-and-printed"))
    for file in ["state/state.json", "metrics"] {
      #expect(try text(file)?.contains("listed-and-printed") == false, "\(file)")
    }
    #expect(try text("state/command-output.txt") == ".listed-and-printed.example\n")
    #expect(try files.stamp(of: directory + "/state/command-output.txt")?.permissions == 0o640)
    // Much of it: the last part.
    settings.reloadCommand = "head -c 100000 /dev/zero | tr '\\0' x; echo end; kill -9 $$"
    #expect(round(settings, server).lines[0].contains("was ended by signal 9 (see "))
    let kept = try #require(try text("state/command-output.txt"))
    #expect(kept.utf8.count == ShellCommand.maximumWords && kept.hasSuffix("xend\n"))
    settings.reloadCommand = "true"
    #expect(round(settings, server).summary == "current 1")
  }

  @Test func `a reload command that hangs is ended with all it started`() {
    let late = directory + "/late"
    let problem = ShellCommand("(sleep 20; touch '\(late)') & sleep 60", timeout: .seconds(1)).run()
    #expect(problem?.text == "took longer than 1 s and was ended" && problem?.isVerdict == false)
    #expect(!FileManager.default.fileExists(atPath: late))
  }

  @Test func `what a reload command leaves running is not waited for`() {
    let late = directory + "/late"
    #expect(ShellCommand("(sleep 10; touch '\(late)') & exit 0", timeout: .seconds(30)).run() == nil)
    #expect(!FileManager.default.fileExists(atPath: late))
  }

  @Test func `a new output is readable by its group and an old one keeps its permissions`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let settings = try settings(server)
    _ = round(settings, server)
    #expect(try files.stamp(of: directory + "/out.txt")?.permissions == 0o640)
    try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: directory + "/out.txt")
    try server.publish([".new.test"])
    #expect(round(settings, server).summary == "updated 1 2")
    #expect(try files.stamp(of: directory + "/out.txt")?.permissions == 0o604)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == [
        "out.txt", "root.json", "state",
      ])
  }

  @Test func `two followers do not share a state directory`() throws {
    let lock = try DirectoryLock(directory: directory)
    #expect(throws: FileFault(operation: "lock", path: directory, reason: "another follower is using it")) {
      try DirectoryLock(directory: directory)
    }
    withExtendedLifetime(lock) {}
  }

  @Test func `an output that something else changed is written anew and told, whatever its length`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    let settings = try settings(server)
    _ = round(settings, server)
    let path = directory + "/out.txt"
    #expect(round(settings, server).notes.isEmpty)
    for text in [".bat.example\n", ".bad.exam", ""] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      #expect(
        round(settings, server).lines == [
          "current at version 1", "\(path) was changed or removed by something else; it is written anew",
        ])
      #expect(try self.text("out.txt") == ".bad.example\n")
    }
    // What was only touched, or may be read by others from now on, is no other file.
    try files.renew(path)
    #expect(round(settings, server).notes.isEmpty)
    try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: path)
    #expect(round(settings, server).notes.isEmpty)
    try FileManager.default.removeItem(atPath: path)
    #expect(round(settings, server).notes.count == 1)
    #expect(round(settings, server).notes.isEmpty)
  }

  @Test func `two processes that write one file by mistake do not mix what they write`() throws {
    let path = directory + "/.out.txt.new"
    let stamp = FileStamp(permissions: 0o640)
    var first: (any FileWriter)? = try files.open(path, like: stamp)
    try first?.append(Array("one".utf8)[...])
    let fault = FileFault(operation: "write", path: path, reason: "another process is writing it")
    #expect(throws: fault) { try files.open(path, like: stamp) }
    try first?.finish()
    // From its renaming on, the finished file is left alone and another may begin.
    try files.rename(path, to: directory + "/out.txt")
    try files.write(Array("two".utf8), to: path, like: stamp)
    #expect(try text("out.txt") == "one")
    first = nil
    try files.write(Array("3".utf8), to: path, like: stamp)
    #expect(try text(".out.txt.new") == "3")
  }

  @Test func `an output that cannot be written is a failure that says where`() throws {
    let server = try SimulatedServer()
    try server.publish([".bad.example"])
    var settings = try settings(server)
    settings.outputs[0].path = directory + "/missing/out.txt"
    #expect(
      round(settings, server).summary
        == "cannot write \(directory)/missing/.out.txt.new: No such file or directory")
  }
}
