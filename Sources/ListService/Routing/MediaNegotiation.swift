// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import StrictJSON

/// Which representation to give, and which content is taken (RFC 9110 §12.5.1, §8.3).
enum MediaNegotiation {
  /// The best of `available` for the request's Accept fields; the first when it accepts anything.
  ///
  /// - Throws: `not-acceptable`.
  static func choose(from available: [String], for request: HTTPRequest) throws(Problem) -> String {
    let ranges = request.fields.list("Accept").map { MediaRange($0) }
    guard let first = available.first else { return "" }
    guard !ranges.isEmpty else { return first }
    var best: (type: String, quality: QualityValue)?
    for type in available {
      let quality = MediaRange.quality(of: type, in: ranges)
      if quality > (best?.quality ?? .zero) { best = (type, quality) }
    }
    guard let best else {
      throw Problem(.notAcceptable, extras: ["available": .array(available.map { .string($0) })])
    }
    return best.type
  }

  /// The media type of the request's content, without parameters, when it is one of `accepted`.
  ///
  /// - Throws: `unsupported-media-type`.
  static func contentType(of request: HTTPRequest, accepted: [String]) throws(Problem) -> String {
    let field = request.fields["Content-Type"] ?? ""
    let type = MediaRange(field).type
    guard accepted.contains(type), !request.fields.contains("Content-Encoding") else {
      throw Problem(
        .unsupportedMediaType,
        "Send \(accepted.joined(separator: ", ")) and say so in `Content-Type`; no content encoding is taken.",
        extras: ["accepted": .array(accepted.map { .string($0) })])
    }
    return type
  }
}
