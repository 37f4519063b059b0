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
    let ranges = request.fields.list("Accept").map(MediaRange.init)
    guard let first = available.first else { return "" }
    guard !ranges.isEmpty else { return first }
    var best: (type: String, quality: Int)?
    for type in available {
      let quality = quality(of: type, in: ranges)
      if quality > (best?.quality ?? 0) { best = (type, quality) }
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

  /// The quality, in thousandths, that the most specific range gives to `type`; 0 when none covers it.
  private static func quality(of type: String, in ranges: [MediaRange]) -> Int {
    let matching = ranges.filter { $0.covers(type) }
    return matching.max { $0.precision < $1.precision }?.quality ?? 0
  }
}

/// One element of an Accept field.
private struct MediaRange {
  let type: String
  let quality: Int

  init(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
    type = parts.first ?? ""
    let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
    quality = weight.map { Int((Double($0.dropFirst(2)) ?? 0) * 1000) } ?? 1000
  }

  var precision: Int { type == "*/*" ? 0 : type.hasSuffix("/*") ? 1 : 2 }

  func covers(_ other: String) -> Bool {
    switch precision {
    case 0: true
    case 1: other.hasPrefix(type.dropLast())
    default: other == type || other.hasPrefix(type + ";")
    }
  }
}
