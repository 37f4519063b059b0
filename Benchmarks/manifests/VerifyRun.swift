// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Foundation
private import SignedManifests

/// What a follower computes in a poll that finds nothing new: it has all files, asks for the next root and the timestamp, and
/// verifies every file that it then builds on. One that follows on has found all signatures good before; one that was started
/// for this poll alone has not.
struct VerifyRun {
  let folder: String
  let rounds: Int

  func run() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/repository")
    var stored = StoredMetadata()
    stored.files["timestamp.json"] = try read("timestamp.json")
    for role in ["snapshot", "targets", "releases"] {
      let versions = names.compactMap { $0.hasSuffix(".\(role).json") ? Int($0.prefix { $0 != "." }) : nil }
      guard let newest = versions.max() else { continue }
      stored.files[role + ".json"] = try read("\(newest).\(role).json")
    }
    let root = try read("1.root.json")
    let verified = MetadataMemory()
    let following = try measured { try poll(root, stored, Date(), verified) }
    let once = try measured { try poll(root, stored, Date(), MetadataMemory()) }
    print(
      #"{"rounds":\#(rounds),"cpu_us_a_poll_while_following":\#(following),"cpu_us_a_poll_by_itself":\#(once)}"#
    )
  }

  private func measured(_ poll: () throws -> Void) throws -> String {
    let before = PublishRun.processorSeconds
    for _ in 0..<rounds { try poll() }
    let spent = PublishRun.processorSeconds - before
    return String(format: "%.1f", spent / Double(rounds) * 1e6)
  }

  private func poll(
    _ root: [UInt8], _ stored: StoredMetadata, _ now: Date, _ verified: MetadataMemory
  ) throws {
    var workflow = try ClientWorkflow(trustedRoot: root, stored: stored, now: now, verified: verified)
    while true {
      switch workflow.nextAction {
      case .refused(let refusal): throw refusal
      case .fetch(let request):
        if request.path == "timestamp.json", let octets = stored.files["timestamp.json"] {
          _ = try workflow.receive(octets)
        } else {
          // Only the next root is asked for besides; anything else would be news.
          guard request.mayBeMissing else { throw Failure("\(request.path) was asked for") }
          _ = try workflow.receiveMissing()
        }
      case .done(let repository):
        guard let role = try RoleRefresh(TargetsBundle.releases, of: repository, now: now, verified: verified)
        else {
          return
        }
        guard let trusted = stored.files["releases.json"].flatMap(role.reuse) else {
          throw Failure("releases.json was asked for")
        }
        guard repository.adding(trusted, named: TargetsBundle.releases).describedTargets.count == 10 else {
          throw Failure("not every format is described")
        }
        return
      }
    }
  }

  private func read(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/repository/" + name)))
  }
}
