// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import ListFollowing
import ListFormats
import Testing

/// Resolvers on some ports of this machine: what they have in force is in files, and each may be off.
final class FakeResolvers: ResolverProbe {
  let folder: String
  let files = LocalFileSystem()
  /// Ports at which nobody answers, though commands may reach what is there.
  var silent: Set<UInt16> = []
  /// Ports of resolvers that take nothing, whatever they are told.
  var deaf: Set<UInt16> = []
  /// Ports of resolvers that have no list in force where the policy zone holds a name.
  var choking: [UInt16: String] = [:]
  /// Ports that read the policy zone from the output, as it is now.
  var readers: Set<UInt16> = []
  private(set) var asked: [UInt16] = []

  init() throws {
    folder = NSTemporaryDirectory() + "resolvers-" + UUID().uuidString
    try files.makeDirectory(folder + "/state")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var zone: String { folder + "/db.rpz" }

  /// What a reload command copies the zone to, for `readers` to have in force; nil for the zone itself.
  var loaded: String?

  func text(_ path: String) -> String {
    (try? files.read(path, maximumOctets: 1 << 20)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
      ?? ""
  }

  /// An Unbound: each command and what it reads go to a log, and what the zones are to a file.
  func unbound(_ port: UInt16) throws -> ResolverTarget {
    let script = """
      #!/bin/sh
      cd '\(folder)' || exit 1
      [ ! -e \(port).off ] || { echo 'connection refused' >&2; exit 1; }
      cat >\(port).input
      sed "s/^/$1 /" \(port).input >>\(port).log
      touch \(port).zones
      case $1 in
      local_zones) cat \(port).input >>\(port).zones ;;
      local_zones_remove) while read -r name; do
        grep -v "^$name " \(port).zones >\(port).rest; mv \(port).rest \(port).zones; done <\(port).input ;;
      esac
      """
    let path = "\(folder)/control-\(port)"
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    return ResolverTarget(
      kind: .unboundControl, address: try address(port), command: "sh '\(path)'")
  }

  func address(_ port: UInt16) throws -> ResolverAddress {
    try #require(ResolverAddress("127.0.0.1:\(port)"))
  }

  /// Takes an Unbound off, or puts it on again.
  func turn(_ port: UInt16, off: Bool) throws {
    let path = "\(folder)/\(port).off"
    if off {
      try files.write([], to: path, like: FileStamp(permissions: 0o600))
    } else {
      try files.remove(path)
    }
    if off { silent.insert(port) } else { silent.remove(port) }
  }

  /// The names an Unbound blocks.
  func zones(_ port: UInt16) -> Set<String> {
    Set(text("\(folder)/\(port).zones").split(separator: "\n").map { String($0.split(separator: ".")[0]) })
  }

  func ask(_ question: NameQuestion, at address: ResolverAddress, patience: Duration) -> NameAnswer? {
    asked.append(address.port)
    guard !silent.contains(address.port) else { return nil }
    let isReader = readers.contains(address.port)
    let source = isReader ? loaded ?? zone : "\(folder)/\(address.port).log"
    if question.kind == .txt {
      var answer = NameAnswer(code: 0)
      let line = text(source).split(separator: "\n").last { $0.contains(" TXT \"cordon1") }
      let isChoked = choking[address.port].map { text(source).contains($0) } ?? false
      if let line, !deaf.contains(address.port), !isChoked {
        answer.texts = [String(line.split(separator: "\"")[1])]
      }
      return answer
    }
    let isBlocked =
      isReader
      ? text(source).contains("\n\(question.name) CNAME .\n")
      : text("\(folder)/\(address.port).zones").contains("\(question.name). ")
    var answer = NameAnswer(code: isBlocked ? 3 : 0)
    if !isBlocked { answer.addresses = ["192.0.2.1"] }
    return answer
  }

  func settings(_ server: SimulatedServer) throws -> FollowSettings {
    try files.replace(folder + "/root.json", with: server.firstRoot, permissions: 0o640)
    var settings = FollowSettings(
      list: server.list, stateDirectory: folder + "/state", rootFile: folder + "/root.json",
      outputs: [.init(format: .rpz, path: zone)])
    settings.sendsReceipts = false
    settings.verifyPatience = .milliseconds(1)
    return settings
  }

  @discardableResult
  func round(_ settings: FollowSettings, _ server: SimulatedServer) -> FollowReport {
    var round = FollowRound(settings: settings, transport: server, files: files, now: server.now)
    round.probe = self
    return round.run()
  }

  var state: FollowState? { try? FollowStatus.state(in: folder + "/state", files: files) }
}
