// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
internal import Records

/// `cordond migrate`: copies a whole store into an empty one, reads every row back, and marks the source as moved.
struct MigrateCommand {
  private let from: StoreAddress
  private let to: StoreAddress

  init(_ arguments: Arguments) throws(Failure) {
    guard let from = arguments.from, let to = arguments.to else {
      throw Failure("migrate needs --from and --to")
    }
    self.from = try StoreAddress(parsing: from, flag: "--from")
    self.to = try StoreAddress(parsing: to, flag: "--to")
  }

  func run() throws(Failure) {
    PrivateMemory.keep()
    let source: MovingStore
    let target: any NewStoreArchive
    do throws(StoreOpeningError) {
      source = try MovingStore(from)
      target = try MovingStore.target(to)
    } catch { throw Failure("nothing was moved: \(error.description)") }
    do throws(RecordsError) { try StoreCopy(from: source.archive, to: target).run(Self.tell) } catch {
      throw Failure("nothing was moved, the source is as it was: \(error.words)")
    }
    do throws(RecordsError) { try source.retire() } catch {
      throw Failure(
        "all was copied and compared, but the source could not be marked as moved (\(error.words)): make sure that nothing uses it"
      )
    }
    Console.say(
      "moved: every table was read back the same. The source takes no more writes; name the new store in the configuration."
    )
  }

  static func tell(_ table: StoreCopy.Table) {
    Console.say("\(table.name) \(table.rows) rows sha256 \(table.digest.hex)")
  }
}

extension RecordsError {
  /// One line for people.
  var words: String {
    switch self {
    case .fault(let words), .fatal(let words): words
    case .refused(let refusal): "\(refusal)"
    }
  }
}
