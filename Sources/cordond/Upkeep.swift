// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Foundation
internal import ListService
internal import Publication
internal import Records

/// What a running service does by itself: lapses leases, signs metadata afresh, forgets old answers.
struct Upkeep: Sendable {
  let publisher: Publisher
  let responder: ServiceResponder
  let records: any Records

  /// How long answers are kept under their idempotency keys, in seconds.
  private static let answersKept = 7 * 86_400.0

  /// Returns when its task is cancelled.
  func run() async {
    var rounds = 0
    while !Task.isCancelled {
      do throws(PublicationError) { try await publisher.tick() } catch {
        Console.complain(Self.describe(error, root: ""))
      }
      _ = await responder.refresh()
      if rounds % 720 == 0 {
        _ = try? await records.forgetAnswers(before: Date().addingTimeInterval(-Self.answersKept))
      }
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
