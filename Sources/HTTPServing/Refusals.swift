// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

/// The answers the engine gives on its own account, as problem details (RFC 9457).
enum Refusals {
  static func response(to refusal: RequestRefusal) -> HTTPResponse {
    problem(refusal.status, type: type(of: refusal), rule: refusal.rawValue)
  }

  static func timeout() -> HTTPResponse {
    problem(.requestTimeout, type: "request-timeout", rule: "too-slow")
  }

  static func overloaded(retryAfter: Int) -> HTTPResponse {
    var response = problem(.serviceUnavailable, type: "overloaded", rule: "limit-reached")
    response.fields["Retry-After"] = String(retryAfter)
    return response
  }

  static func illegalField() -> HTTPResponse {
    problem(.internalServerError, type: "internal-error", rule: "illegal-response-field")
  }

  private static func problem(_ status: HTTPStatus, type: String, rule: String) -> HTTPResponse {
    let text =
      #"{"type":"/problems/\#(type)","title":"\#(status.reasonPhrase)","status":\#(status.code),"#
      + #""rule":"\#(rule)"}"#
    return HTTPResponse(
      status: status, fields: ["Content-Type": "application/problem+json"], body: .text(text))
  }

  private static func type(of refusal: RequestRefusal) -> String {
    switch refusal.status {
    case .contentTooLarge: "content-too-large"
    case .uriTooLong: "target-too-long"
    case .requestHeaderFieldsTooLarge: "header-too-large"
    case .expectationFailed: "expectation-failed"
    case .notImplemented: "not-implemented"
    case .httpVersionNotSupported: "version-not-supported"
    default: "malformed-request"
    }
  }
}
