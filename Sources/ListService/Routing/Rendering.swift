// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Records
internal import StrictJSON

/// How the outcome of a change is told, now and again under the same idempotency key.
struct Rendering<Value: Sendable>: Sendable {
  let status: HTTPStatus
  /// The answer; nil is not kept (a refusal). With 204 it is kept as no octets, whatever it is.
  let render: @Sendable (Value) -> JSONValue?

  init(_ status: HTTPStatus, _ render: @escaping @Sendable (Value) -> JSONValue?) {
    self.status = status
    self.render = render
  }

  /// What the store keeps with the change; nil when the request brings no key.
  func answering(_ exchange: Exchange) throws(Problem) -> Answering<Value>? {
    guard let key = try exchange.idempotencyKey() else { return nil }
    return Answering(key: key) { [status, render] outcome in
      render(outcome).map {
        StoredAnswer(code: status.code, octets: status == .noContent ? [] : $0.encoded())
      }
    }
  }

  func response(_ recorded: Recorded<Value>) -> HTTPResponse {
    switch recorded {
    case .replayed(let answer): Answers.stored(answer, isReplayed: true)
    case .done(_, nil) where status == .noContent: Answers.nothing
    case .done(let outcome, nil): Answers.json(render(outcome) ?? .null, status: status)
    case .done(_, let answer?): Answers.stored(answer, isReplayed: false)
    }
  }
}
