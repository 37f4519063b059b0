// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Synchronization
internal import Records

/// The serial executor of one connection, with group commit: writes that queue up while one transaction is being made durable share
/// the next one, each in a savepoint of its own, and are all acknowledged after its commit; what a long log holds is moved to its
/// place after that.
// @unchecked: `connection` is touched on `queue` alone; `waiting` and `breakage` are behind their mutexes.
final class StoreQueue: @unchecked Sendable {
  private struct Job: Sendable {
    let perform: @Sendable (Connection) -> RecordsError?
    let settle: @Sendable (RecordsError?) -> Void
  }

  private let queue: DispatchQueue
  private let waiting = Mutex<[Job]>([])
  private var connection: Connection?
  private let breakage = Mutex<RecordsError?>(nil)

  /// Why nothing more is written; nil while all is well.
  private(set) var broken: RecordsError? {
    get { breakage.withLock { $0 } }
    set { breakage.withLock { $0 = newValue } }
  }

  init(_ connection: sending Connection, label: String) {
    self.connection = connection
    self.queue = DispatchQueue(label: label)
  }

  /// Runs `body` in a transaction; returns when it is durable, or when its changes are undone.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    let result: Result<Value, RecordsError> = await withCheckedContinuation { continuation in
      let held = Held<Value>()
      enqueue(
        Job(
          perform: { connection in held.fill(from: connection, body) },
          settle: { failure in continuation.resume(returning: held.result(unless: failure)) }))
    }
    return try result.get()
  }

  /// Runs `body` on one consistent moment of the store.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    let result: Result<Value, RecordsError> = await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: self.readNow(body)) }
    }
    return try result.get()
  }

  /// Closes the connection once everything queued has run.
  func close() async {
    await withCheckedContinuation { continuation in
      queue.async {
        self.connection = nil
        continuation.resume()
      }
    }
  }

  private func readNow<Value: Sendable>(
    _ body: (Connection) throws(RecordsError) -> Value
  ) -> Result<Value, RecordsError> {
    guard let connection else { return .failure(.fault("the store is closed")) }
    do throws(RecordsError) {
      try connection.execute("BEGIN")
    } catch { return .failure(error) }
    let result: Result<Value, RecordsError>
    do throws(RecordsError) { result = .success(try body(connection)) } catch { result = .failure(error) }
    do throws(RecordsError) { try connection.execute("COMMIT") } catch {
      try? connection.execute("ROLLBACK")
    }
    return result
  }

  private func enqueue(_ job: Job) {
    let isFirst = waiting.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    if isFirst { queue.async { self.drain() } }
  }

  private func drain() {
    let jobs = waiting.withLock { jobs in
      defer { jobs = [] }
      return jobs
    }
    guard let connection, broken == nil else {
      for job in jobs { job.settle(broken ?? .fault("the store is closed")) }
      return
    }
    // Once all have their answer.
    defer { connection.giveRoomBack() }
    var failures: [RecordsError?] = []
    do throws(RecordsError) {
      try connection.execute("BEGIN IMMEDIATE")
      for job in jobs { failures.append(try attempt(job, connection, isAlone: jobs.count == 1)) }
      try commit(connection)
    } catch {
      try? connection.execute("ROLLBACK")
      for job in jobs { job.settle(error) }
      return
    }
    for (job, failure) in zip(jobs, failures) { job.settle(failure) }
    connection.moveLog()
  }

  // A savepoint keeps a copy of each page that changes; of a job alone, the whole transaction is undone.
  private func attempt(
    _ job: Job, _ connection: Connection, isAlone: Bool
  ) throws(RecordsError) -> RecordsError? {
    if !isAlone { try connection.execute("SAVEPOINT job") }
    var failure = job.perform(connection)
    if failure == nil, connection.hasDanglingReference {
      failure = .fatal("a row names another that is not there")
    }
    if connection.foundDamage {
      let damage = RecordsError.fatal("the store's file is damaged; nothing more is written to it")
      broken = damage
      throw damage
    }
    // Out of room or unable to read or write, SQLite undoes the whole transaction by itself.
    guard connection.isInTransaction else { throw failure ?? .fault("the transaction was undone") }
    if isAlone {
      if let failure { throw failure }
      return nil
    }
    if failure != nil { try connection.execute("ROLLBACK TO job") }
    try connection.execute("RELEASE job")
    return failure
  }

  // A commit record that could not be written whole counts for nothing, and the next one takes its place. Of one that was
  // written but not synced nobody knows whether the disk holds it: going on could acknowledge what is lost.
  private func commit(_ connection: Connection) throws(RecordsError) {
    do throws(RecordsError) {
      try connection.execute("COMMIT")
    } catch {
      if connection.lastWriteWasCutShort { throw error }
      let unknown = RecordsError.fatal(
        "a commit may or may not be on the disk (\(error.words)); the store must be opened again")
      broken = unknown
      throw unknown
    }
  }
}

/// A job's value between its savepoint and its commit.
private final class Held<Value: Sendable>: Sendable {
  private let value = Mutex<Result<Value, RecordsError>>(.failure(.fault("not run")))

  func fill(
    from connection: Connection, _ body: (Connection) throws(RecordsError) -> Value
  ) -> RecordsError? {
    do throws(RecordsError) {
      let made = try body(connection)
      value.withLock { $0 = .success(made) }
      return nil
    } catch {
      return error
    }
  }

  func result(unless failure: RecordsError?) -> Result<Value, RecordsError> {
    failure.map { .failure($0) } ?? value.withLock { $0 }
  }
}
