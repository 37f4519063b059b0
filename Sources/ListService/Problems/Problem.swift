// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import StrictJSON

/// One occurrence of a problem, as answered to a client (RFC 9457).
struct Problem: Error, Sendable {
  var kind: ProblemKind
  /// One sentence on this occurrence. It may quote what the client sent, so it is never logged.
  var detail: String
  /// Extension members.
  var extras: JSONObject
  /// Further fields of the response, like `Allow`.
  var fields: HTTPFields

  init(_ kind: ProblemKind, _ detail: String? = nil, extras: JSONObject = [:], fields: HTTPFields = [:]) {
    self.kind = kind
    self.detail = detail ?? kind.description.meaning
    self.extras = extras
    self.fields = fields
  }

  /// The document: `type`, `title`, `status`, `detail`, then the extensions.
  var json: JSONValue {
    let description = kind.description
    var object: JSONObject = [
      "type": .string(kind.type), "title": .string(description.title),
      "status": .integer(Int64(description.status.code)), "detail": .string(detail),
    ]
    for (key, value) in extras.members { object[key] = value }
    return .object(object)
  }

  var response: HTTPResponse {
    var fields = fields
    fields["Content-Type"] = "application/problem+json"
    fields["Cache-Control"] = "no-store"
    return HTTPResponse(status: kind.description.status, fields: fields, body: .octets(json.encoded()))
  }
}
