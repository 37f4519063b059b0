// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Records
internal import StrictJSON

/// The usual shapes of answers.
enum Answers {
  static func json(_ value: JSONValue, status: HTTPStatus = .ok) -> HTTPResponse {
    json(octets: value.encoded(), status: status)
  }

  static func json(octets: [UInt8], status: HTTPStatus) -> HTTPResponse {
    HTTPResponse(
      status: status, fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
      body: .octets(octets))
  }

  static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> HTTPResponse {
    HTTPResponse(
      status: .ok, fields: ["Content-Type": type, "Cache-Control": "no-store"], body: .text(text))
  }

  /// Content that is there once for all who ask.
  static func shared(
    _ octets: [UInt8], type: String, cacheControl: String = "no-store"
  ) -> HTTPResponse {
    var response = HTTPResponse(
      status: .ok, fields: ["Content-Type": type, "Cache-Control": cacheControl], body: .octets(octets))
    response.isShared = true
    return response
  }

  static var nothing: HTTPResponse { HTTPResponse(status: .noContent, fields: ["Cache-Control": "no-store"]) }

  /// `items` and `next`, the `after` of the following page: null on the last one.
  static func page(_ items: [JSONValue], limit: Int, last: Int64?) -> HTTPResponse {
    let next: JSONValue = items.count < limit ? .null : last.map { .integer($0) } ?? .null
    return json(["items": .array(items), "next": next])
  }

  static func stored(_ answer: StoredAnswer, isReplayed: Bool) -> HTTPResponse {
    let status = HTTPStatus(answer.code) ?? .ok
    var response =
      status == .noContent
      ? nothing
      : HTTPResponse(
        status: status, fields: ["Content-Type": answer.mediaType, "Cache-Control": "no-store"],
        body: .octets(answer.octets))
    if isReplayed { response.fields["Idempotency-Replayed"] = "true" }
    return response
  }
}
