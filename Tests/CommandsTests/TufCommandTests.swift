// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Cryptography
import Foundation
import HTTPMessages
import ListFollowing
import SignedManifests
import Synchronization
import Testing

/// `cordon tuf` against a repository with one delegation, served from memory.
@Suite struct TufCommandTests {
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)
  private static let content = Array("hello\n".utf8)
  private let directory: TemporaryDirectory
  private let files: [String: [UInt8]]

  init() throws {
    directory = try TemporaryDirectory()
    let (holder, online) = (KeySigner(try .generate(.ed25519)), KeySigner(try .generate(.ecdsaP256)))
    var root = try UnverifiedMetadata(
      Root.initial(root: [holder.key], rootThreshold: 1, online: [online.key], expires: Self.now + 1e7))
    try root.sign(with: holder)
    var tools = try UnverifiedMetadata(
      Targets(
        version: 1, expires: Self.now + 1e7, targets: ["tools/..": TargetDescription(of: Self.content)]))
    try tools.sign(with: online)
    let release = try RepositoryBuilder(root: root.signed, signers: [online]).release(
      targets: [:],
      delegations: Delegations(
        keys: [online.key],
        roles: [
          DelegatedRole(
            name: "../tools", keys: RoleKeys(keyids: [online.keyid], threshold: 1),
            paths: .patterns(["tools/*"]))
        ]),
      delegated: ["../tools.json": FileDescription(version: 1)], now: Self.now)
    var files = Dictionary(release.files.map { ("m/" + $0.name, $0.octets) }) { first, _ in first }
    files["m/1...%2Ftools.json"] = tools.encoded
    let hash = SHA256Digest(hashing: Self.content).hex
    files["t/tools/\(hash)..."] = Self.content
    self.files = files
    try Data(root.encoded).write(to: URL(filePath: directory.path + "/first.json"))
    try FileManager.default.createDirectory(
      atPath: directory.path + "/out", withIntermediateDirectories: true)
  }

  private func run(
    _ words: [String], _ asked: Asked = Asked(), complain: @escaping @Sendable (String) -> Void = { _ in }
  ) -> Commands.ExitStatus {
    let context = CommandContext(
      environment: ["CORDON_TOKEN_FILE": ""], files: LocalFileSystem(), write: { _ in }, complain: complain,
      readInput: { _ in [] }, now: { Self.now },
      connect: { [files] settings throws(CommandFailure) in
        StoredTransport(files: files, prefix: settings.server.hasSuffix("/m") ? "m/" : "t/", asked: asked)
      })
    return Program.run(["tuf", "--metadata-dir", directory.path + "/trusted"] + words, in: context)
  }

  private var download: [String] {
    [
      "--metadata-url", "http://cordon.test/m", "--target-base-url", "http://cordon.test/t/",
      "--target-dir", directory.path + "/out", "--target-name", "tools/..", "download",
    ]
  }

  @Test func `a delegated target is downloaded once, under a name that stays in its folder`() throws {
    #expect(run(["init", directory.path + "/first.json"]) == .success)
    let asked = Asked()
    #expect(run(download, asked) == .success)
    #expect(asked.paths.contains("m/1...%2Ftools.json"))
    #expect(try directory.text("out/tools%2F..") == "hello\n")
    #expect(try directory.permissions("out/tools%2F..") == 0o640)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory.path + "/trusted").sorted()
        == ["..%2Ftools.json", "lock", "root.json", "snapshot.json", "targets.json", "timestamp.json"])
    let again = Asked()
    #expect(run(download, again) == .success)
    #expect(again.paths == ["m/2.root.json", "m/timestamp.json"])
  }

  @Test func `a trusted root is never overwritten`() throws {
    let first = ["init", directory.path + "/first.json"]
    #expect(run(first) == .success)
    #expect(run(first) == .failure)
  }

  @Test(arguments: ["init", "refresh", "download"])
  func `a second one on the same metadata directory is refused in one line, and nothing is asked`(
    operation: String
  ) throws {
    #expect(run(["init", directory.path + "/first.json"]) == .success)
    let before = try directory.text("trusted/root.json")
    let words =
      switch operation {
      case "init": ["init", directory.path + "/first.json"]
      case "refresh": ["--metadata-url", "http://cordon.test/m", "refresh"]
      default: download
      }
    do {
      let first = try DirectoryLock(directory: directory.path + "/trusted")
      defer { withExtendedLifetime(first) {} }
      let (asked, complaints) = (Asked(), Complaints())
      #expect(run(words, asked) { complaints.add($0) } == .failure)
      #expect(asked.paths.isEmpty)
      #expect(
        complaints.all == ["cordon: cannot lock \(directory.path)/trusted: another cordon tuf is using it"])
    }
    #expect(try directory.text("trusted/root.json") == before)
    #expect(run(words) == (operation == "init" ? .failure : .success))
  }

  @Test func `without a trusted root nothing is asked`() throws {
    let asked = Asked()
    #expect(run(["--metadata-url", "http://cordon.test/m", "refresh"], asked) == .failure)
    #expect(asked.paths.isEmpty)
  }
}

private final class Complaints: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

private final class Asked: @unchecked Sendable {
  /// Written by the one command that runs, on the test's own thread.
  var paths: [String] = []
}

private struct StoredTransport: Transport {
  let files: [String: [UInt8]]
  let prefix: String
  let asked: Asked

  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    asked.paths.append(prefix + request.path)
    guard let octets = files[prefix + request.path] else { return TransportAnswer(status: 403) }
    return TransportAnswer(status: 200, body: octets)
  }
}
