// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Foundation
internal import ListService
internal import Publication
internal import Records

/// What a running service does by itself: lapses leases, signs metadata afresh, gives appeals to reviewers, tells of roles where that failed,
/// forgets old answers, and takes over what other processes on the same store change.
struct Upkeep: Sendable {
  let publisher: Publisher
  let responder: ServiceResponder
  let lifetimes: MetadataLifetimes
  let machine: MachineAlarms
  let changesElsewhere: (@Sendable () -> AsyncStream<Void>)?
  private let complaints = Complaints()

  /// Rounds between forgetting: an hour.
  private static let forgettingRounds = 720
  /// Rounds between giving new appeals to reviewers: a minute.
  private static let appealRounds = 12

  init(
    publisher: Publisher, responder: ServiceResponder, lifetimes: MetadataLifetimes, machine: MachineAlarms,
    changesElsewhere: (@Sendable () -> AsyncStream<Void>)?
  ) {
    self.publisher = publisher
    self.responder = responder
    self.lifetimes = lifetimes
    self.machine = machine
    self.changesElsewhere = changesElsewhere
  }

  /// Returns when its task is cancelled.
  func run() async {
    await withTaskGroup { group in
      group.addTask { await keep() }
      if let changesElsewhere { group.addTask { await takeOver(changesElsewhere()) } }
    }
  }

  private func takeOver(_ changes: AsyncStream<Void>) async {
    for await _ in changes {
      // Who may come in no more first: a release may take its time.
      _ = await responder.refresh()
      await attempt { () throws(PublicationError) in try await publisher.catchUp() }
    }
  }

  private func attempt(_ work: () async throws(PublicationError) -> Void) async {
    do throws(PublicationError) {
      try await work()
      complaints.settle()
    } catch { complaints.complain(Self.describe(error, root: "")) }
  }

  private func keep() async {
    var rounds = 0
    var alarmed = RoleAlarmLog()
    while !Task.isCancelled {
      await attempt { () throws(PublicationError) in try await publisher.tick() }
      let now = Date()
      let alarms =
        publisher.current.repository.alarms(at: now, lifetimes: lifetimes) + machine.standing(at: now)
      for line in alarmed.lines(for: alarms, at: now) { Console.complain(line) }
      _ = await responder.refresh()
      if rounds % Self.forgettingRounds == 0 { _ = await responder.forgetAnswers() }
      if rounds % Self.appealRounds == 0 { _ = await responder.assignAppeals() }
      rounds += 1
      try? await Task.sleep(for: .seconds(5))
    }
  }

  /// One line, without names.
  static func describe(_ error: PublicationError, root: String) -> String {
    switch error {
    case .rootMissing:
      "there is no root of trust \(root): make one with cordon keys genesis"
    case .manifest(let reason): "the signed metadata is not usable: \(reason)"
    case .records(.fault(let reason)): "the store failed: \(reason)"
    case .records(.fatal(let reason)): "the store can no longer be trusted: \(reason)"
    default: "publishing failed: \(error)"
    }
  }
}
