// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Records
internal import StrictJSON

/// How the outcome of a change is told, now and again under the same idempotency key.
struct Rendering<Value: Sendable>: Sendable {
  let status: HTTPStatus
  /// The answer in JSON; nil is not kept (a refusal). With 204 it is kept as no octets, whatever it is.
  let octets: @Sendable (Value) -> [UInt8]?

  init(_ status: HTTPStatus, _ render: @escaping @Sendable (Value) -> JSONValue?) {
    self.init(status, octets: { value in render(value)?.encoded() })
  }

  /// For answers too long to stand in memory as values.
  init(_ status: HTTPStatus, octets: @escaping @Sendable (Value) -> [UInt8]?) {
    self.status = status
    self.octets = octets
  }

  /// What the store keeps with the change; nil when the request brings no key.
  func answering(_ exchange: Exchange) throws(Problem) -> Answering<Value>? {
    guard let key = try exchange.idempotencyKey() else { return nil }
    return Answering(key: key) { [status, octets] outcome in
      octets(outcome).map { StoredAnswer(code: status.code, octets: status == .noContent ? [] : $0) }
    }
  }

  func response(_ recorded: Recorded<Value>) -> HTTPResponse {
    switch recorded {
    case .replayed(let answer): Answers.stored(answer, isReplayed: true)
    case .done(_, nil) where status == .noContent: Answers.nothing
    case .done(let outcome, nil): Answers.json(octets: octets(outcome) ?? Array("null".utf8), status: status)
    case .done(_, let answer?): Answers.stored(answer, isReplayed: false)
    }
  }
}
