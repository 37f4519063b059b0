// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Foundation
internal import ListService
internal import Publication
internal import Records

/// What a running service does by itself: lapses leases, signs metadata afresh, tells of roles where that failed,
/// forgets old answers.
struct Upkeep: Sendable {
  let publisher: Publisher
  let responder: ServiceResponder
  let records: any Records
  let lifetimes: MetadataLifetimes

  /// How long answers are kept under their idempotency keys, in seconds.
  private static let answersKept = 7 * 86_400.0
  /// A failure that lasts is told again after so many rounds: an hour.
  private static let repeatRounds = 720

  /// Returns when its task is cancelled.
  func run() async {
    var rounds = 0
    var failure = ""
    var alarmed = RoleAlarmLog()
    while !Task.isCancelled {
      let failed = await tick()
      if failed != failure || rounds % Self.repeatRounds == 0, !failed.isEmpty { Console.complain(failed) }
      failure = failed
      let now = Date()
      let alarms = publisher.current.repository.alarms(at: now, lifetimes: lifetimes)
      for line in alarmed.lines(for: alarms, at: now) { Console.complain(line) }
      _ = await responder.refresh()
      if rounds % Self.repeatRounds == 0 {
        _ = try? await records.forgetAnswers(before: Date().addingTimeInterval(-Self.answersKept))
      }
      rounds += 1
      try? await Task.sleep(for: .seconds(5))
    }
  }

  /// Why publishing's upkeep failed; empty when it did not.
  private func tick() async -> String {
    do throws(PublicationError) {
      try await publisher.tick()
      return ""
    } catch { return Self.describe(error, root: "") }
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
