// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
public import Ingest

/// By whom and when something is done. `principal` is nil when the service itself acts.
public struct Act: Hashable, Sendable {
  /// Who.
  public let principal: PrincipalID?
  /// When.
  public let at: Date

  /// An act.
  public init(by principal: PrincipalID?, at: Date) {
    self.principal = principal
    self.at = at
  }
}

/// An idempotency key of one principal, bound to one request.
public struct IdempotencyKey: Hashable, Sendable {
  /// Whose key.
  public let principal: PrincipalID
  /// The key, as sent.
  public let key: String
  /// SHA-256 over the request: method, path, query and body.
  public let requestDigest: [UInt8]

  /// A key.
  public init(principal: PrincipalID, key: String, requestDigest: [UInt8]) {
    self.principal = principal
    self.key = key
    self.requestDigest = requestDigest
  }
}

/// The answer given to a request, kept to be given again.
public struct StoredAnswer: Hashable, Sendable {
  /// A number of the caller's choosing (the service keeps its status here).
  public let code: Int
  /// The kind of `octets`.
  public let mediaType: String
  /// The answer itself.
  public let octets: [UInt8]

  /// An answer.
  public init(code: Int, mediaType: String = "application/json", octets: [UInt8]) {
    self.code = code
    self.mediaType = mediaType
    self.octets = octets
  }
}

/// Asks that the answer to a request be kept in the same transaction as its outcome.
public struct Answering<Outcome: Sendable>: Sendable {
  /// Under which key.
  public let key: IdempotencyKey
  /// Makes the answer from the outcome; nil keeps none. Runs inside the transaction: quick, pure, at most once a commit.
  public let answer: @Sendable (Outcome) -> StoredAnswer?

  /// An answer to be kept under `key`.
  public init(key: IdempotencyKey, answer: @escaping @Sendable (Outcome) -> StoredAnswer?) {
    self.key = key
    self.answer = answer
  }
}

/// What became of a mutating operation: done now, or done before under the same key.
public enum Recorded<Outcome: Sendable>: Sendable {
  /// Done and durable; `answer` is what was kept under the key.
  case done(Outcome, answer: StoredAnswer?)
  /// Done before: this was the answer.
  case replayed(StoredAnswer)

  /// The outcome, when it was done now.
  public var outcome: Outcome? {
    guard case .done(let outcome, _) = self else { return nil }
    return outcome
  }
}
