// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest

/// What whoever filed an appeal may hear of it. Reading it is the same work whatever is listed: no entry is looked at.
public struct AppealStatus: Hashable, Sendable {
  /// The number people have.
  public let id: AppealCase
  /// SHA-256 of the secret that opens the case.
  public let secretDigest: [UInt8]
  /// Where it stands.
  public let state: Appeal.State
  /// When it arrived.
  public let receivedAt: Date
  /// When it was decided.
  public let decidedAt: Date?
  /// What who complained is told.
  public let answer: String?

  /// A status of these particulars.
  public init(
    id: AppealCase, secretDigest: [UInt8], state: Appeal.State, receivedAt: Date, decidedAt: Date?,
    answer: String?
  ) {
    self.id = id
    self.secretDigest = secretDigest
    self.state = state
    self.receivedAt = receivedAt
    self.decidedAt = decidedAt
    self.answer = answer
  }

  /// That of an appeal at hand.
  public init(of appeal: Appeal) {
    self.init(
      id: appeal.id, secretDigest: appeal.secretDigest, state: appeal.state, receivedAt: appeal.receivedAt,
      decidedAt: appeal.decidedAt, answer: appeal.answer)
  }
}
