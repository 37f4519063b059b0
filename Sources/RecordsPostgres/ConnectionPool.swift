// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Glibc
private import Synchronization
internal import Records

/// A fixed number of lanes, each a serial executor with at most one connection. Work waits in one line for the next lane
/// that is free, so that no thread of Swift's pool ever waits for the database.
final class ConnectionPool: Sendable {
  // @unchecked: `connection` is touched on `queue` alone.
  private final class Lane: @unchecked Sendable {
    let queue: DispatchQueue
    var connection: Connection?

    init(_ number: Int) { queue = DispatchQueue(label: "cordon.postgres.\(number)") }
  }

  private typealias Work = @Sendable (Lane) -> Void

  private struct Line: Sendable {
    var free: [Lane]
    var waiting: [Work] = []
    var first = 0
    var isClosed = false
    /// Until then nobody tries to connect again.
    var away: ContinuousClock.Instant?

    /// The next work for `lane`, or nil and the lane is free.
    mutating func next(for lane: Lane) -> Work? {
      guard first < waiting.count else {
        free.append(lane)
        return nil
      }
      defer {
        first += 1
        if first == waiting.count { (waiting, first) = ([], 0) }
      }
      return waiting[first]
    }
  }

  private let place: ConnectionString
  private let line: Mutex<Line>
  private let lanes: [Lane]

  init(_ place: ConnectionString, lanes count: Int) {
    let lanes = (0..<count).map { Lane($0) }
    self.place = place
    self.lanes = lanes
    self.line = Mutex(Line(free: lanes))
  }

  /// Runs `body` in a transaction that `opening` begins; returns when it is committed, or when its changes are undone.
  /// It runs again after a collision, and once more after a connection that turned out to be dead before the commit.
  func transaction<Value: Sendable>(
    _ opening: String, _ body: @escaping @Sendable (Connection) throws(RecordsError) -> Value
  ) async throws(RecordsError) -> Value {
    let result: Result<Value, RecordsError> = await withCheckedContinuation { continuation in
      let isClosed = enqueue { lane in continuation.resume(returning: self.attempt(opening, body, lane)) }
      if isClosed { continuation.resume(returning: .failure(.fault("the store is closed"))) }
    }
    return try result.get()
  }

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

  private func enqueue(_ work: @escaping Work) -> Bool {
    let (lane, isClosed) = line.withLock { line -> (Lane?, Bool) in
      if line.isClosed { return (nil, true) }
      if let lane = line.free.popLast() { return (lane, false) }
      line.waiting.append(work)
      return (nil, false)
    }
    if let lane { run(work, on: lane) }
    return isClosed
  }

  private func run(_ work: @escaping Work, on lane: Lane) {
    lane.queue.async {
      var work = work
      while true {
        work(lane)
        let next = self.line.withLock { $0.next(for: lane) }
        guard let next else { return }
        work = next
      }
    }
  }

  private static let collisions = 24
  /// Between attempts to connect, so that requests are refused at once while the database is away.
  private static let pause = Duration.milliseconds(300)

  private func attempt<Value>(
    _ opening: String, _ body: (Connection) throws(RecordsError) -> Value, _ lane: Lane
  ) -> Result<Value, RecordsError> {
    var (collisions, losses) = (0, 0)
    while true {
      var isCommitting = false
      do throws(RecordsError) {
        let connection = try connection(of: lane)
        try connection.execute(opening)
        let value = try body(connection)
        isCommitting = true
        try connection.commit()
        return .success(value)
      } catch {
        let failure = lane.connection?.failure
        undo(on: lane)
        switch failure {
        case .collision where collisions < Self.collisions:
          collisions += 1
          // The others get out of the way first, in different times.
          usleep(UInt32.random(in: 0...UInt32(500 << min(collisions, 7))))
        case .lost where !isCommitting && losses == 0: losses += 1
        case .lost where isCommitting:
          return .failure(
            .fault("the connection was lost during a commit: whether it was stored is not known"))
        default: return .failure(error)
        }
      }
    }
  }

  private func connection(of lane: Lane) throws(RecordsError) -> Connection {
    if let connection = lane.connection { return connection }
    let isAway = line.withLock { $0.isClosed || $0.away.map { $0 > .now } ?? false }
    guard !isAway else { throw .fault("\(place.place) cannot be reached") }
    do throws(RecordsError) {
      let connection = try Connection(place)
      lane.connection = connection
      return connection
    } catch {
      line.withLock { $0.away = .now + Self.pause }
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
