// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Content where only references may stand: what shows it, and where.
package struct ContentFinding: Hashable, Sendable {
  /// What shows that a text carries content.
  package enum Sign: Hashable, Sendable {
    /// A `data:` URL (RFC 2397) begins.
    case dataURL
    /// A picture, film, document or archive begins, in base64, hexadecimal or percent-encoded octets.
    case mediaFile
    /// More characters than so many read like base64 or hexadecimal, all of the text together.
    case encodedText(limit: Int)
    /// Percent-encoded more often than `PercentLayers.most` times.
    case nestedEncoding
  }

  package let sign: Sign
  /// Where, in octets of the text as given, from 0.
  package let offset: Int

  /// For whoever sent it: what was found.
  package var detail: String {
    switch sign {
    case .dataURL: "A data: URL begins here, and it is content."
    case .mediaFile: "A picture, film, document or archive begins here, in encoded form."
    case .encodedText(let limit):
      "Up to here more than \(limit) characters read like base64 or hexadecimal, all parts together."
    case .nestedEncoding: "This is percent-encoded more than \(PercentLayers.most) times over."
    }
  }

  /// The first sign in `octets` that is found, with `limit` characters of encoded text taken; nil when there is none.
  package static func first(in octets: Span<UInt8>, encodedTextLimit limit: Int) -> ContentFinding? {
    isCleared(octets, encodedTextLimit: limit) ? nil : searched(octets, encodedTextLimit: limit)
  }

  /// Whether a short look is enough to know that there is none.
  package static func isCleared(_ octets: Span<UInt8>, encodedTextLimit limit: Int) -> Bool {
    QuickLook.clears(octets, limit: limit)
  }

  /// The same by the full search alone, by which the short look is tested.
  package static func searched(_ octets: Span<UInt8>, encodedTextLimit limit: Int) -> ContentFinding? {
    var survey = TextSurvey(limit: limit)
    guard !survey.take(octets) else { return decoded(octets, limit: limit) }
    return finding(survey, in: octets).map { ContentFinding(sign: $0.sign, offset: $0.offset) }
  }

  /// With every percent-encoding undone.
  private static func decoded(_ octets: Span<UInt8>, limit: Int) -> ContentFinding? {
    var layers = PercentLayers(octets)
    if let offset = layers.decode() { return ContentFinding(sign: .nestedEncoding, offset: offset) }
    var survey = TextSurvey(limit: limit, isDecoded: true)
    _ = survey.take(layers.octets.span)
    survey.add(binary: layers.octets)
    return finding(survey, in: layers.octets.span).map {
      ContentFinding(sign: $0.sign, offset: layers.origins[$0.offset])
    }
  }

  private static func finding(_ survey: TextSurvey, in octets: Span<UInt8>) -> (sign: Sign, offset: Int)? {
    if let offset = survey.dataURL { return (.dataURL, offset) }
    if survey.mayHoldFile,
      let offset = SignatureSearch.firstFile(
        in: octets, hasBinary: survey.hasBinary, hasMarks: survey.hasAngle)
    {
      return (.mediaFile, offset)
    }
    return survey.overLimit.map { (.encodedText(limit: survey.limit), $0) }
  }
}
