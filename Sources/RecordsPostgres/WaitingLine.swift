// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records

extension ConnectionPool {
  /// A transaction to be run.
  struct Job: Sendable {
    /// What a transaction shared with others needs of each.
    struct Share: Sendable {
      let opening: String
      let perform: @Sendable (Connection) throws(RecordsError) -> Void
      let settle: @Sendable (RecordsError?) -> Void
    }

    let run: @Sendable (Lane) -> Void
    let refuse: @Sendable (RecordsError) -> Void
    /// Nil for what needs a transaction of its own.
    var share: Share?
  }

  /// Who waits for a lane, and the lanes that are free.
  struct WaitingLine: Sendable {
    /// Additions of one transaction, at most.
    static let sharers = 64
    /// Lanes that additions occupy at once, at most: the fewer they are, the more each commits together.
    static let sharedLanes = 2

    private(set) var free: [Lane]
    private var alone = Queue()
    private var shared = Queue()
    private var sharing = 0
    /// Lanes whose commit is overdue. While any is, nobody is let into the line.
    var overdue = 0
    var isClosed = false

    init(free: [Lane]) { self.free = free }

    /// A lane for `job` at once; nil when it has to wait.
    mutating func lane(for job: Job) -> Lane? {
      guard job.share != nil else { return free.popLast() }
      guard sharing < Self.sharedLanes, let lane = free.popLast() else { return nil }
      sharing += 1
      return lane
    }

    mutating func wait(_ job: Job) {
      if job.share != nil { shared.append(job) } else { alone.append(job) }
    }

    /// What `lane`, which has finished, does next: one job, or several that share; none, and the lane is free.
    mutating func next(for lane: Lane, wasShared: Bool) -> [Job] {
      if wasShared { sharing -= 1 }
      let isSharedDue = !shared.isEmpty && (wasShared || sharing == 0 || alone.isEmpty)
      if isSharedDue, sharing < Self.sharedLanes {
        sharing += 1
        return shared.take(Self.sharers)
      }
      if !alone.isEmpty { return alone.take(1) }
      free.append(lane)
      return []
    }

    /// Everybody who waits.
    mutating func dismiss() -> [Job] { alone.take(.max) + shared.take(.max) }
  }

  /// First in, first out.
  private struct Queue: Sendable {
    private var jobs: [Job] = []
    private var first = 0

    var isEmpty: Bool { first == jobs.count }

    mutating func append(_ job: Job) { jobs.append(job) }

    mutating func take(_ limit: Int) -> [Job] {
      let end = first + min(limit, jobs.count - first)
      defer {
        first = end
        if isEmpty { (jobs, first) = ([], 0) }
      }
      return Array(jobs[first..<end])
    }
  }
}
