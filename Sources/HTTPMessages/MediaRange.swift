// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// One member of an Accept field, or a media type (RFC 9110 §12.5.1, §8.3.1), parameters dropped.
public struct MediaRange: Hashable, Sendable {
  /// Lower case: `text/csv`, `text/*` or `*/*`; any text if the member is no media range.
  public let type: String
  /// Its weight: 1 without one, 0 with one that is out of form.
  public let quality: QualityValue

  /// Reads one member.
  public init(_ text: some StringProtocol) {
    let parts = String(text).utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      .map { String(Substring($0)).filter { $0 != " " && $0 != "\t" }.lowercased() }
    type = parts.first ?? ""
    let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
    quality = weight.map { QualityValue(parsing: $0.dropFirst(2)) ?? .zero } ?? .full
  }

  /// The weight that the most specific of `ranges` gives to `type`; zero when none covers it.
  public static func quality(of type: String, in ranges: [MediaRange]) -> QualityValue {
    ranges.filter { $0.covers(type) }.max { $0.precision < $1.precision }?.quality ?? .zero
  }

  private var precision: Int { type == "*/*" ? 0 : type.hasSuffix("/*") ? 1 : 2 }

  private func covers(_ other: String) -> Bool {
    switch precision {
    case 0: true
    case 1: other.hasPrefix(type.dropLast())
    default: other == type || other.hasPrefix(type + ";")
    }
  }
}
