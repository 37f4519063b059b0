// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

extension HTTPRequest {
  /// The path's segments, percent-decoded; `/v1/lists` gives `["v1", "lists"]`, `/` gives `[]`.
  /// A trailing slash gives a last empty segment.
  /// - Throws: `PercentEncodingError`, also for a slash hidden inside a segment.
  public var pathSegments: [String] {
    get throws(PercentEncodingError) {
      var segments: [String] = []
      guard path != "/" else { return segments }
      for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
        let segment = try PercentEncoding.decode(part)
        if segment.utf8.contains(UInt8(ascii: "/")) { throw .forbiddenOctet(UInt8(ascii: "/")) }
        segments.append(segment)
      }
      return segments
    }
  }

  /// The query's parameters in order, percent-decoded; a part without `=` has an empty value.
  /// - Throws: `PercentEncodingError`.
  public var queryItems: [(name: String, value: String)] {
    get throws(PercentEncodingError) {
      var items: [(name: String, value: String)] = []
      for part in (query ?? "").split(separator: "&") {
        let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = pair.count == 2 ? try PercentEncoding.decode(pair[1]) : ""
        items.append((try PercentEncoding.decode(pair[0]), value))
      }
      return items
    }
  }
}
