// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Cryptography
import Foundation
import ListFollowing
import SignedManifests
import Testing

@Suite struct RootPlanTests {
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)
  private let directory: TemporaryDirectory
  private let current: Root

  init() throws {
    directory = try TemporaryDirectory()
    var keys: [String: ManifestKey] = [:]
    for name in ["one", "two", "three", "four", "online", "next"] {
      let file = directory.path + "/" + name
      #expect(CommandRun(["keys", "new", "--out", file + ".pem", "--name", name]).status == .success)
      keys[name] = try KeyFiles(Self.context).publicKey(file + ".pub", passphraseFile: nil)
    }
    current = Root.initial(
      root: ["one", "two", "three"].compactMap { keys[$0] }, rootThreshold: 2,
      online: ["online"].compactMap { keys[$0] }, expires: Self.now + 1e6)
  }

  private static let context = CommandContext(
    environment: [:], files: LocalFileSystem(), write: { _ in }, complain: { _ in }, readInput: { _ in [] },
    now: { now }, connect: { _ throws(CommandFailure) in ScriptedTransport([:]) })

  private func path(_ name: String) -> String { directory.path + "/" + name }

  private func plan(_ words: String...) throws -> RootPlan {
    let options = RootPlan.options + [.value("sign-with", "FILE.pem", "", repeats: true)]
    let arguments = try Arguments(words, options: options, command: "keys propose")
    var plan = try RootPlan(from: current, arguments, Self.context)
    try plan.change(by: arguments)
    return plan
  }

  private func holders(_ root: Root, _ role: Root.RoleName = .root) -> [String?] {
    root[role].keyids.map { root.keys[$0]?.holder }
  }

  @Test func `nothing changes but the version and a later expiry`() throws {
    let root = try plan().root
    #expect(root.version == current.version + 1 && root.roles == current.roles && root.keys == current.keys)
    #expect(root.expires == Self.now.addingTimeInterval(365 * 86_400))
    #expect(try plan("--days", "2").root.expires == Self.now.addingTimeInterval(2 * 86_400))
  }

  @Test func `a holder is replaced in place, and the old key leaves the root`() throws {
    let root = try plan("--replace", "\(path("two.pub"))=\(path("four.pub"))").root
    #expect(holders(root) == ["one", "four", "three"] && root.keys.count == 4)
    #expect(root[.root].threshold == 2)
  }

  @Test func `a new private key signs too, a public one does not`() throws {
    let withPrivate = try plan("--replace", "two=\(path("four.pem"))", "--sign-with", path("one.pem"))
    #expect(withPrivate.signers.map(\.key.holder) == ["one", "four"])
    #expect(try plan("--replace", "two=\(path("four.pub"))").signers.isEmpty)
  }

  @Test func `holders are added and removed, down to the threshold and not below`() throws {
    #expect(try holders(plan("--add", path("four.pub")).root) == ["one", "two", "three", "four"])
    #expect(try holders(plan("--remove", "three").root) == ["one", "two"])
    #expect(throws: CommandFailure.self) { try plan("--remove", "three", "--remove", "two") }
    #expect(try plan("--threshold", "3").root[.root].threshold == 3)
    #expect(throws: CommandFailure.self) { try plan("--threshold", "4") }
    // The same key twice is one holder.
    #expect(throws: CommandFailure.self) { try plan("--add", path("one.pub")) }
  }

  @Test func `a key of the service is replaced in every online role, and in no other`() throws {
    let root = try plan("--replace-online", "online=\(path("next.pub"))").root
    for role in [Root.RoleName.timestamp, .snapshot, .targets] { #expect(holders(root, role) == ["next"]) }
    #expect(holders(root) == ["one", "two", "three"])
    #expect(!root.keys.values.contains { $0.holder == "online" })
  }

  @Test func `the targets role gets keys of its own`() throws {
    let root = try plan(
      "--targets-key", path("one.pub"), "--targets-key", path("four.pub"), "--targets-threshold", "2"
    ).root
    #expect(holders(root, .targets) == ["one", "four"] && root[.targets].threshold == 2)
    #expect(holders(root, .timestamp) == ["online"])
  }

  @Test func `a name that is no key of the root is refused`() throws {
    #expect(throws: CommandFailure.self) { try plan("--remove", "nobody") }
    #expect(throws: CommandFailure.self) { try plan("--remove", path("four.pub")) }
  }

  @Test func `a revoked key leaves every role, and cannot sign its own revocation`() throws {
    var plan = try plan()
    try plan.revoke("three", replacement: nil, threshold: nil)
    #expect(holders(plan.root) == ["one", "two"])
    var online = try self.plan()
    #expect(throws: CommandFailure.self) {
      try online.revoke("online", replacement: nil, threshold: nil)
    }
    var replaced = try self.plan()
    try replaced.revoke("online", replacement: path("next.pub"), threshold: nil)
    #expect(holders(replaced.root, .timestamp) == ["next"] && holders(replaced.root, .targets) == ["next"])
    var own = try self.plan("--sign-with", path("three.pem"))
    #expect(throws: CommandFailure.self) { try own.revoke("three", replacement: nil, threshold: nil) }
  }
}
