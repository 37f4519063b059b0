// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import ListService
private import Records
private import RecordsPostgres
private import RecordsSQLite

/// `cordond backup`: the whole store in one file, checked, while the service runs.
struct BackupCommand {
  private let deployment: Deployment
  private let target: String

  init(_ arguments: Arguments) throws(Failure) {
    deployment = try Deployment(arguments)
    guard let target = arguments.to else { throw Failure("backup needs --to FILE") }
    self.target = target
  }

  func run() throws(Failure) {
    do throws(StoreOpeningError) {
      switch deployment.configuration.store {
      case .sqlite(let path):
        let findings = try SQLiteBackup.copy(path, to: target)
        for finding in findings { Console.say(finding) }
        guard findings.isEmpty else {
          throw StoreOpeningError.cannotOpen(path: path, reason: "\(findings.count) things are wrong with it")
        }
      case .postgresql(let connection):
        try copy(try PostgresArchive(connection: connection, for: .copying))
      }
    } catch { throw Failure("there is no backup: \(error.description)") }
    Console.say("\(target) holds the store; keep the keys folder too, apart from it")
  }

  private func copy(_ source: PostgresArchive) throws(StoreOpeningError) {
    let made = try NewSQLiteArchive(path: target)
    do throws(RecordsError) { try StoreCopy(from: source, to: made).run(MigrateCommand.tell) } catch {
      throw .cannotOpen(path: target, reason: error.words)
    }
  }
}

/// `cordond compact`: gives back the room that deleted rows left.
struct CompactCommand {
  private let deployment: Deployment

  init(_ arguments: Arguments) throws(Failure) { deployment = try Deployment(arguments) }

  func run() throws(Failure) {
    guard case .sqlite(let path) = deployment.configuration.store else {
      throw Failure("PostgreSQL compacts by itself (autovacuum); VACUUM FULL is its own command")
    }
    do throws(StoreOpeningError) {
      let sizes = try SQLiteUpkeep.compact(path)
      Console.say("\(path): \(sizes.before) octets before, \(sizes.after) after")
    } catch { throw Failure("nothing was compacted: \(error.description)") }
  }
}
