// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import Foundation
private import ListService
internal import Publication
private import Records
private import RecordsSQL
private import RecordsSQLite

/// `cordond restore`: a backup in the place of the store, and then all that `cordond resume` does.
struct RestoreCommand {
  private let deployment: Deployment
  private let backup: String
  private let resuming: ResumeCommand

  init(_ arguments: Arguments) throws(Failure) {
    deployment = try Deployment(arguments)
    guard let backup = arguments.from else { throw Failure("restore needs --from FILE") }
    self.backup = backup
    resuming = try ResumeCommand(arguments)
  }

  func run() async throws(Failure) {
    guard case .sqlite(let path) = deployment.configuration.store else {
      throw Failure(
        "restore is for SQLite. For PostgreSQL: restore the database by its own means, or migrate a backup file into an empty one; then cordond resume"
      )
    }
    try LocalFiles.createFolder(deployment.configuration.data)
    // Nothing that is missing may leave a store behind that was put back and does not go on.
    _ = try deployment.signers()
    _ = try deployment.publication()
    let before = await state(of: path)
    let seen = try resuming.knowledge(before)
    // Written first: should the power fail in between, `serve` sees that what is there is older.
    let mark = try PublishedMark(in: deployment.configuration.data)
    mark.note(seen, at: nil)
    mark.settle()
    let suffix = ".replaced-\(Int64(Date().timeIntervalSince1970))"
    do throws(StoreOpeningError) {
      let done = try SQLiteUpkeep.restore(backup, to: path, suffix: suffix) { held in
        resuming.objection(to: held, knowing: seen)
      }
      for finding in done.findings { Console.say(finding) }
      guard done.findings.isEmpty else {
        throw StoreOpeningError.cannotOpen(
          path: backup, reason: "\(done.findings.count) things are wrong with it")
      }
      Console.say("\(path) is \(backup)" + (done.replaced.map { "; what was there is \($0)" } ?? ""))
    } catch { throw Failure("nothing was restored: \(error.description)") }
    try await resuming.run(knowing: seen)
  }

  /// What the store that is about to be replaced has published, if it can still be read.
  private func state(of path: String) async -> SeenState {
    guard LocalFiles.exists(path), let records = try? SQLiteRecords(path: path) else { return SeenState() }
    var seen = SeenState()
    if let files = try? await records.metadata().files {
      seen = SeenState(metadata: Dictionary(files.map { ($0.name, $0.octets) }) { first, _ in first })
    }
    for list in (try? await records.lists()) ?? [] {
      if let latest = try? await records.latestRelease(list: list) { seen.lists[list] = latest.version }
    }
    await records.close()
    return seen
  }
}

/// `cordond resume`: goes on after the store was put back to an older state, beyond everything that followers may have seen.
struct ResumeCommand {
  private let deployment: Deployment
  private let folders: [String]
  private let nothingIsNewer: Bool

  init(_ arguments: Arguments) throws(Failure) {
    deployment = try Deployment(arguments)
    folders = arguments.seen
    nothingIsNewer = arguments.nothingIsNewer
  }

  /// What followers have seen, by all that tells it.
  /// - Throws: When nobody can say.
  func knowledge(_ known: SeenState = SeenState()) throws(Failure) -> SeenState {
    let seen = try seen(known)
    guard seen.isEmpty, !nothingIsNewer else { return seen }
    throw Failure(
      "what have followers seen? Give --seen FOLDER, the metadata of a mirror (current/repository/metadata) or of a follower (STATE/metadata); or --nothing-newer if nothing was published after the backup"
    )
  }

  /// Why what is known cannot be all that followers saw: the store that is put back has published more.
  func objection(to held: [(list: String, version: Int64)], knowing seen: SeenState) -> String? {
    guard !nothingIsNewer else { return nil }
    for (name, version) in held {
      guard let list = try? ListName(name), Int64(clamping: seen.lists[list]?.number ?? 0) < version else {
        continue
      }
      return
        "it has published release \(version) of \(name), and what is known here of followers is older: give --seen FOLDER, the metadata of a mirror or a follower; or --nothing-newer if nothing was published after it"
    }
    return nil
  }

  func run() async throws(Failure) { try await run(knowing: try knowledge()) }

  func run(knowing seen: SeenState) async throws(Failure) {
    let records = try deployment.openStore().records
    let publisher = Publisher(
      records: records, signers: try deployment.signers(), settings: try deployment.publication())
    let mark = try PublishedMark(in: deployment.configuration.data)
    do throws(PublicationError) {
      guard try await publisher.hasRoot() else { throw PublicationError.rootMissing }
      let done = try await publisher.resume(after: seen, act: Act(by: nil, at: Date()))
      for one in done {
        Console.say(
          "\(one.list): releases \(one.held.next) to \(one.lostThrough) are lost; release \(one.release) holds what \(one.held) held"
        )
      }
      if done.isEmpty { Console.say("the store holds every release that was seen") }
    } catch { throw Failure(Upkeep.describe(error, root: deployment.configuration.root)) }
    mark.note(publisher.current.seen, at: Date())
    mark.settle()
    await records.close()
  }

  private func seen(_ known: SeenState) throws(Failure) -> SeenState {
    var seen = known.merging(try PublishedMark(in: deployment.configuration.data).seen)
    for folder in folders {
      var files: [String: [UInt8]] = [:]
      for name in try LocalFiles.names(in: folder, what: "the metadata of") where name.hasSuffix(".json") {
        files[name] = try LocalFiles.read("\(folder)/\(name)", what: "metadata")
      }
      let found = SeenState(metadata: files)
      guard !found.isEmpty else { throw Failure("--seen \(folder) holds no signed metadata") }
      seen = seen.merging(found)
    }
    return seen
  }
}
