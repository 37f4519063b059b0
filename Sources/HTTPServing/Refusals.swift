// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

/// The answers the engine gives on its own account, as problem details (RFC 9457).
enum Refusals {
  /// - Parameter content: the most octets of content that the request might bring.
  static func response(to refusal: RequestRefusal, _ limits: MessageLimits, content: Int) -> HTTPResponse {
    answer(
      refusal.problem, refusal.detail(limits, content: content), rule: refusal.rawValue,
      limit: refusal.limit(limits, content: content))
  }

  static func lateHead(_ limits: ServerLimits) -> HTTPResponse {
    answer(
      .requestTimeout,
      "A head must be whole \(seconds(limits.headerDeadline)) seconds after its first octet.",
      rule: "too-slow")
  }

  static func slowBody(_ limits: ServerLimits) -> HTTPResponse {
    answer(
      .requestTimeout,
      "Content must come at \(limits.bodyOctetsPerSecond) octets a second, over \(seconds(limits.bodyPause)) seconds.",
      rule: "too-slow")
  }

  static func overloaded(retryAfter: Int) -> HTTPResponse {
    var response = answer(
      .overloaded, "A limit of the service is reached, and nothing was done.", rule: "limit-reached")
    response.fields["Retry-After"] = String(retryAfter)
    return response
  }

  static func illegalField() -> HTTPResponse {
    answer(.internalError, EngineProblem.internalError.meaning, rule: "illegal-response-field")
  }

  private static func answer(
    _ problem: EngineProblem, _ detail: String, rule: String, limit: Int? = nil
  ) -> HTTPResponse {
    let text =
      #"{"type":"/problems/\#(problem.rawValue)","title":"\#(problem.title)","status":\#(problem.status.code),"#
      + #""detail":"\#(detail)",\#(limit.map { "\"limit\":\($0)," } ?? "")"rule":"\#(rule)"}"#
    return HTTPResponse(
      status: problem.status, fields: ["Content-Type": "application/problem+json"], body: .text(text))
  }

  private static func seconds(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    return milliseconds % 1000 == 0 ? String(milliseconds / 1000) : String(Double(milliseconds) / 1000)
  }
}
