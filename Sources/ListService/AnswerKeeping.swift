// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Records

extension ServiceResponder {
  /// How many days answers are kept under their idempotency keys.
  public static let answersKeptDays = 7

  /// Forgets the answers that were kept as long as that, and says how many; nil when the store did not answer.
  public func forgetAnswers() async -> Int? {
    let before = context.clock().addingTimeInterval(-Double(Self.answersKeptDays) * 86_400)
    return try? await context.records.forgetAnswers(before: before)
  }
}
