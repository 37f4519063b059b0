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

  /// The media type of the request's content, without parameters, when it is one of `accepted`, in UTF-8 and without a coding.
  ///
  /// - Throws: `unsupported-media-type`.
  static func contentType(of request: HTTPRequest, accepted: [String]) throws(Problem) -> String {
    let field = request.fields["Content-Type"] ?? ""
    let type = MediaRange(field).type
    guard accepted.contains(type) else {
      let what = advice[type].map { " " + $0 } ?? ""
      throw refusal("Send \(accepted.joined(separator: ", ")) and say so in `Content-Type`.\(what)", accepted)
    }
    guard !request.fields.contains("Content-Encoding") else {
      throw refusal("Send the content as it is: no `Content-Encoding` is taken.", accepted)
    }
    for parameter in field.split(separator: ";").dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1).map { trimmed($0).lowercased() }
      switch (pair.first, pair.last) {
      case ("charset", "utf-8"), ("charset", "us-ascii"): break
      case ("charset", _): throw refusal("Content is in UTF-8; no other `charset` is read.", accepted)
      case ("header", "absent"):
        throw refusal("The first row of a CSV names its columns: `header=absent` is not read.", accepted)
      default: break
      }
    }
    return type
  }

  /// What those types mostly come from.
  private static let advice = [
    "application/x-www-form-urlencoded": "curl sends this type unless told another: `-H 'Content-Type: …'`.",
    "multipart/form-data": "Nothing is attached here; with curl, `--data-binary @FILE` in place of `-F`.",
    "application/vnd.ms-excel": "Save the sheet as CSV in UTF-8.",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Save the sheet as CSV in UTF-8.",
    "application/zip": "Nothing is attached here.", "application/gzip": "Send the content as it is.",
  ]

  private static func refusal(_ detail: String, _ accepted: [String]) -> Problem {
    Problem(.unsupportedMediaType, detail, extras: ["accepted": .array(accepted.map { .string($0) })])
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    func isOutside(_ character: Character?) -> Bool {
      character == " " || character == "\t" || character == "\""
    }
    while isOutside(text.first) { text.removeFirst() }
    while isOutside(text.last) { text.removeLast() }
    return text
  }
}
