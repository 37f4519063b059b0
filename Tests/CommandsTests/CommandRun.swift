// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Foundation
import ListFollowing
import Synchronization

/// One command run in a made-up world: what it printed, and how it ended.
struct CommandRun {
  let output: String
  let complaints: [String]
  let status: ExitStatus
  /// What it waited for.
  let waits: [String]

  static let environment = [
    "CORDON_SERVER": "https://cordon.test/", "CORDON_TOKEN_FILE": "/token", "CORDON_CA": "/ca.pem",
  ]

  init(
    _ words: [String], _ answers: ScriptedTransport = ScriptedTransport([:]), input: String = "",
    environment: [String: String] = CommandRun.environment, files: any FileSystem = LocalFileSystem(),
    transport: (any Transport & Sendable)? = nil, connect: (@Sendable (ConnectionSettings) -> Void)? = nil
  ) {
    let (written, complained) = (Recorder(), Recorder())
    let waited = Recorder()
    var context = CommandContext(
      environment: environment, files: files, write: { written.add($0) }, complain: { complained.add($0) },
      readInput: { _ in Array(input.utf8) }, now: { Date(timeIntervalSince1970: 1_790_000_000) },
      connect: { settings throws(CommandFailure) in
        connect?(settings)
        return transport ?? answers
      })
    context.sleep = { waited.add("\($0.components.seconds)") }
    status = Program.run(words, in: context)
    waits = waited.all
    output = written.all.joined()
    complaints = complained.all
  }

  private final class Recorder: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }
}

/// A directory of its own for one test.
final class TemporaryDirectory {
  let path = NSTemporaryDirectory() + "cordon-" + UUID().uuidString
  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }
  func permissions(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
  }
}
