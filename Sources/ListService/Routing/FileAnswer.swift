// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
internal import HTTPMessages
internal import Publication

/// A published file answered with its strong entity tag, conditions (RFC 9110 §13) and byte ranges (§14), in the coding that suits the
/// reader. Each coding is a representation of its own: it has its own tag, and ranges count its octets.
enum FileAnswer {
  /// The answer at once when its octets are at hand or not wanted; otherwise once they are rendered, off the reactor.
  static func outcome(
    _ file: PublishedFile, to request: HTTPRequest, isImmutable: Bool, extra: HTTPFields = [:]
  ) throws(Problem) -> Outcome {
    if file.isAtHand || coding(of: file, for: request) != nil || isDecided(file, request) {
      return .ready(try answer(file, to: request, isImmutable: isImmutable, extra: extra))
    }
    return .later { () async throws(Problem) in
      try answer(file, to: request, isImmutable: isImmutable, extra: extra)
    }
  }

  private static func isDecided(_ file: PublishedFile, _ request: HTTPRequest) -> Bool {
    guard let tag = tag(of: file, nil) else { return false }
    return ConditionalRequest.precondition(of: request, entityTag: tag) != nil
  }

  static func answer(
    _ file: PublishedFile, to request: HTTPRequest, isImmutable: Bool, varies: String = "Accept-Encoding",
    extra: HTTPFields = [:]
  ) throws(Problem) -> HTTPResponse {
    var fields = extra
    fields["Content-Type"] = file.mediaType
    fields["Cache-Control"] = isImmutable ? "private, max-age=31536000, immutable" : "private, no-cache"
    fields["Vary"] = varies
    let coding = coding(of: file, for: request)
    let packed = coding.flatMap { file.packed.octets($0) }
    if packed != nil { fields["Content-Encoding"] = coding?.rawValue }
    guard let tag = tag(of: file, packed == nil ? nil : coding) else { throw Problem(.internalError) }
    let isDecided = ConditionalRequest.precondition(of: request, entityTag: tag) != nil
    let octets = isDecided ? [] : packed ?? file.octets
    guard isDecided || packed != nil || octets.count == file.length else { throw Problem(.internalError) }
    let response = ConditionalRequest.response(to: request, entityTag: tag, octets: octets, fields: fields)
    switch response.status {
    case .preconditionFailed: throw Problem(.preconditionFailed)
    case .rangeNotSatisfiable: throw Problem(.rangeNotSatisfiable, fields: response.fields)
    default: return response
    }
  }

  /// The coding to answer in; nil for none. What the reader holds a part or all of already comes first: the packed forms
  /// appear some time after the file, and who began with the plain one shall go on with it.
  private static func coding(of file: PublishedFile, for request: HTTPRequest) -> PackedForms.Coding? {
    let wanted = CodingNegotiation.acceptable(file.packed.codings, for: request)
    guard !wanted.isEmpty else { return nil }
    for name in ["If-Range", "If-None-Match", "If-Match"] {
      let named = request.fields.list(name).compactMap { EntityTag(parsing: $0)?.opaque }
      if let held = wanted.first(where: { coding in
        tag(of: file, coding).map { named.contains($0.opaque) } ?? false
      }) {
        return held
      }
      if let plain = tag(of: file, nil), named.contains(plain.opaque) { return nil }
    }
    return wanted.first
  }

  private static func tag(of file: PublishedFile, _ coding: PackedForms.Coding?) -> EntityTag? {
    EntityTag(file.digest.hex + (coding.map { "-" + $0.rawValue } ?? ""))
  }
}
