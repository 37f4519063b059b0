// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Records

extension Publisher {
  /// What `work` did. When it is refused since the same request was carried out meanwhile: the answer given then.
  func replaying<Outcome>(
    _ answering: Answering<Outcome>?, _ work: () async throws(PublicationError) -> Recorded<Outcome>
  ) async throws(PublicationError) -> Recorded<Outcome> {
    do throws(PublicationError) { return try await work() } catch {
      guard let key = answering?.key else { throw error }
      let kept = try await stored { (records) throws(RecordsError) in try await records.answer(for: key) }
      guard let kept else { throw error }
      return .replayed(kept)
    }
  }
}

extension Answering {
  /// The answer about `outcome`, kept with a change of the store that has an outcome of its own.
  func about<Stored: Sendable>(_ outcome: Outcome) -> Answering<Stored> {
    Answering<Stored>(key: key) { [answer] _ in answer(outcome) }
  }
}

extension Recorded {
  /// The same with another outcome.
  func with<Other: Sendable>(_ outcome: Other) -> Recorded<Other> {
    switch self {
    case .done(_, let answer): .done(outcome, answer: answer)
    case .replayed(let answer): .replayed(answer)
    }
  }
}
