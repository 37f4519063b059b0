// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import HTTPMessages
internal import Publication

/// A published file answered with its strong entity tag, conditions (RFC 9110 §13) and byte ranges (§14).
enum FileAnswer {
  /// The answer at once when its octets are at hand or not wanted; otherwise once they are rendered, off the reactor.
  static func outcome(
    _ file: PublishedFile, to request: HTTPRequest, isImmutable: Bool, extra: HTTPFields = [:]
  ) throws(Problem) -> Outcome {
    let isDecided = try isDecided(file, request)
    if file.isAtHand || isDecided {
      return .ready(try answer(file, to: request, isImmutable: isImmutable, extra: extra))
    }
    return .later { () async throws(Problem) in
      try answer(file, to: request, isImmutable: isImmutable, extra: extra)
    }
  }

  private static func isDecided(_ file: PublishedFile, _ request: HTTPRequest) throws(Problem) -> Bool {
    ConditionalRequest.precondition(of: request, entityTag: try tag(of: file)) != nil
  }

  private static func tag(of file: PublishedFile) throws(Problem) -> EntityTag {
    guard let tag = EntityTag(file.digest.hex) else { throw Problem(.internalError) }
    return tag
  }

  static func answer(
    _ file: PublishedFile, to request: HTTPRequest, isImmutable: Bool, extra: HTTPFields = [:]
  ) throws(Problem) -> HTTPResponse {
    var fields = extra
    fields["Content-Type"] = file.mediaType
    fields["Cache-Control"] = isImmutable ? "private, max-age=31536000, immutable" : "private, no-cache"
    let isDecided = try isDecided(file, request)
    let octets = isDecided ? [] : file.octets
    guard isDecided || octets.count == file.length else { throw Problem(.internalError) }
    let response = ConditionalRequest.response(
      to: request, entityTag: try tag(of: file), octets: octets, fields: fields)
    switch response.status {
    case .preconditionFailed: throw Problem(.preconditionFailed)
    case .rangeNotSatisfiable: throw Problem(.rangeNotSatisfiable, fields: response.fields)
    default: return response
    }
  }
}
