// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Dispatch
private import Glibc
private import Synchronization
internal import Records
internal import RecordsSQL

/// A fixed number of lanes, each a serial executor with at most one connection. Work waits in one line for the next lane
/// that is free, so that no thread of Swift's pool ever waits for the database.
final class ConnectionPool: Sendable {
  // @unchecked: `connection` is touched on `queue` alone.
  final class Lane: @unchecked Sendable {
    let queue: DispatchQueue
    var connection: Connection?

    init(_ number: Int) { queue = DispatchQueue(label: "cordon.postgres.\(number)") }
  }

  private let place: ConnectionString
  private let reach: Reach
  private let line: Mutex<WaitingLine>
  private let lanes: [Lane]
  private let commitPatience: Int32

  /// - Parameter reach: Of all pools that lead to this place.
  /// - Parameter commitPatience: After so many milliseconds a commit that is not confirmed is answered as undecided. Its lane
  ///   waits on: what it wrote holds its locks until the database has decided.
  init(_ place: ConnectionString, reach: Reach, lanes count: Int, commitPatience: Int32) {
    self.reach = reach
    self.commitPatience = commitPatience
    let lanes = (0..<count).map { Lane($0) }
    self.place = place
    self.lanes = lanes
    self.line = Mutex(WaitingLine(free: lanes))
  }

  /// Runs `body` in a transaction that `opening` begins; returns when it is committed, or when its changes are undone.
  /// It runs again after a collision, and once more after a connection that turned out to be dead before the commit.
  func transaction<Value: Sendable>(
    _ opening: String, _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    let result: Result<Value, RecordsError> = await withCheckedContinuation { continuation in
      let answer = Answer(continuation)
      enqueue(
        Job(
          run: { lane in self.attempt(opening, body, lane, answer) },
          refuse: { answer.give(.failure($0)) }))
    }
    return try result.get()
  }

  /// The same for what only adds, and may share its transaction with other additions that wait: they are committed, and flushed,
  /// together. When one of them fails, each is tried by itself. The opening is that of all additions.
  func addition<Value: Sendable>(
    _ opening: String, _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    let result: Result<Value, RecordsError> = await withCheckedContinuation { continuation in
      let answer = Answer(continuation)
      let made = Made<Value>()
      let share = Job.Share(
        opening: opening,
        perform: { (connection: Connection) throws(RecordsError) in
          let value = try body(connection)
          made.value.withLock { $0 = value }
        },
        settle: { failure in
          let value = made.value.withLock { $0 }
          if let failure { answer.give(.failure(failure)) } else if let value { answer.give(.success(value)) }
        })
      enqueue(
        Job(
          run: { lane in self.attempt(opening, body, lane, answer) },
          refuse: { answer.give(.failure($0)) }, share: share))
    }
    return try result.get()
  }

  /// Whether a commit waits for longer than is healthy, as it does for a synchronous standby that is gone.
  var isOverdue: Bool { line.withLock { $0.overdue > 0 } }

  /// Closes every connection once what runs is done; what waits is a fault.
  func close() async {
    line.withLock { $0.isClosed = true }
    for lane in lanes {
      await withCheckedContinuation { continuation in
        lane.queue.async {
          lane.connection = nil
          continuation.resume()
        }
      }
    }
  }

  private func enqueue(_ job: Job) {
    let (lane, refusal) = line.withLock { line -> (Lane?, RecordsError?) in
      if line.isClosed { return (nil, .fault("the store is closed")) }
      if line.overdue > 0 { return (nil, Self.stuck) }
      if let lane = line.lane(for: job) { return (lane, nil) }
      line.wait(job)
      return (nil, nil)
    }
    if let lane { run([job], on: lane) }
    if let refusal { job.refuse(refusal) }
  }

  static let stuck = RecordsError.fault("PostgreSQL confirms no commit: its standby may be gone")

  private func run(_ jobs: [Job], on lane: Lane) {
    lane.queue.async {
      var jobs = jobs
      while !jobs.isEmpty {
        if jobs.count > 1 { self.runTogether(jobs, on: lane) } else { jobs[0].run(lane) }
        let wasShared = jobs[0].share != nil
        jobs = self.line.withLock { $0.next(for: lane, wasShared: wasShared) }
      }
    }
  }

  /// Several additions in one transaction; each by itself when that fails before its commit.
  private func runTogether(_ jobs: [Job], on lane: Lane) {
    let shares = jobs.compactMap(\.share)
    var isCommitting = false
    do throws(RecordsError) {
      let connection = try connection(of: lane)
      try connection.execute(shares[0].opening)
      for share in shares { try share.perform(connection) }
      isCommitting = true
      try commit(connection) { for share in shares { share.settle(Connection.undecided) } }
      for share in shares { share.settle(nil) }
    } catch {
      let isLost = lane.connection?.failure == .lost
      undo(on: lane)
      guard isCommitting else { return jobs.forEach { $0.run(lane) } }
      let failure = isLost ? Self.lostInCommit : error
      for share in shares { share.settle(failure) }
    }
  }

  private static let lostInCommit = RecordsError.fault(
    "the connection was lost during a commit: whether it was stored is not known")

  private static let collisions = 24

  private func attempt<Value>(
    _ opening: String, _ body: (Connection) throws(RecordsError) -> Value, _ lane: Lane,
    _ answer: Answer<Value>
  ) {
    var (collisions, losses) = (0, 0)
    while true {
      var isCommitting = false
      do throws(RecordsError) {
        let connection = try connection(of: lane)
        try connection.execute(opening)
        let value = try body(connection)
        isCommitting = true
        try commit(connection) { answer.give(.failure(Connection.undecided)) }
        return answer.give(.success(value))
      } catch {
        let failure = lane.connection?.failure
        undo(on: lane)
        switch failure {
        case .collision where collisions < Self.collisions && !answer.isGiven:
          collisions += 1
          // The others get out of the way first, in different times.
          usleep(UInt32.random(in: 0...UInt32(500 << min(collisions, 7))))
        case .lost where !isCommitting && losses == 0: losses += 1
        case .lost where isCommitting:
          return answer.give(.failure(Self.lostInCommit))
        default: return answer.give(.failure(error))
        }
      }
    }
  }

  private func commit(_ connection: Connection, whenOverdue: () -> Void) throws(RecordsError) {
    try connection.beginCommit()
    if try connection.isCommitted(within: commitPatience) { return }
    whenOverdue()
    let dismissed = line.withLock { line in
      line.overdue += 1
      return line.dismiss()
    }
    for job in dismissed { job.refuse(Self.stuck) }
    defer { line.withLock { $0.overdue -= 1 } }
    while try !connection.isCommitted(within: 1_000) {
      if line.withLock({ $0.isClosed }) { throw Connection.undecided }
    }
  }

  private func connection(of lane: Lane) throws(RecordsError) -> Connection {
    if let connection = lane.connection { return connection }
    guard !reach.isAway, !line.withLock({ $0.isClosed }) else {
      throw .fault("\(place.place) cannot be reached")
    }
    let start = ContinuousClock.now
    do throws(RecordsError) {
      let connection = try Connection(place)
      reach.succeeded()
      lane.connection = connection
      return connection
    } catch {
      reach.failed(begunAt: start)
      throw error
    }
  }

  private func undo(on lane: Lane) {
    guard let connection = lane.connection else { return }
    if connection.isUsable, connection.failure != .lost, !connection.isIdle {
      try? connection.execute("ROLLBACK")
    }
    if !connection.isUsable || !connection.isIdle || connection.failure == .lost { lane.connection = nil }
  }
}
