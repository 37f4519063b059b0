// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import HTTPMessages
internal import Publication

/// A published file answered with its strong entity tag, conditions (RFC 9110 §13) and byte ranges (§14).
enum FileAnswer {
  static func answer(
    _ file: PublishedFile, to request: HTTPRequest, isImmutable: Bool, extra: HTTPFields = [:]
  ) throws(Problem) -> HTTPResponse {
    var fields = extra
    fields["Content-Type"] = file.mediaType
    fields["Cache-Control"] = isImmutable ? "private, max-age=31536000, immutable" : "private, no-cache"
    guard let tag = EntityTag(file.digest.hex) else { throw Problem(.internalError) }
    let response = ConditionalRequest.response(
      to: request, entityTag: tag, octets: file.octets, fields: fields)
    switch response.status {
    case .preconditionFailed: throw Problem(.preconditionFailed)
    case .rangeNotSatisfiable: throw Problem(.rangeNotSatisfiable, fields: response.fields)
    default: return response
    }
  }
}
