// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A shell-style pattern over target paths (TUF §4.5 `PATHPATTERN`): `*`, `?` and `[…]` within one segment.
struct PathPattern {
  private let segments: [[Character]]

  init(_ pattern: String) {
    segments = pattern.split(separator: "/", omittingEmptySubsequences: false).map(Array.init)
  }

  func matches(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == segments.count else { return false }
    return zip(segments, parts).allSatisfy { Self.matches($0, Array($1)) }
  }

  /// Greedy with one point to fall back to, so that time is at most pattern times text.
  private static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
    var p = 0
    var t = 0
    var fallback: (p: Int, t: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == "*" {
        fallback = (p + 1, t)
        p += 1
      } else if p < pattern.count, let next = afterMatch(pattern, p, text[t]) {
        p = next
        t += 1
      } else if let (star, from) = fallback {
        fallback = (star, from + 1)
        (p, t) = (star, from + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }

  /// The pattern position after the element at `p`, when it matches `character`.
  private static func afterMatch(_ pattern: [Character], _ p: Int, _ character: Character) -> Int? {
    if pattern[p] == "?" { return p + 1 }
    if pattern[p] == "[" {
      let isNegated = p + 1 < pattern.count && pattern[p + 1] == "!"
      let start = isNegated ? p + 2 : p + 1
      // A bracket that closes nothing yet is a member: `[]]` and `[!]]` hold it.
      if start < pattern.count, let end = pattern[(start + 1)...].firstIndex(of: "]") {
        return contains(Array(pattern[start..<end]), character) != isNegated ? end + 1 : nil
      }
    }
    return pattern[p] == character ? p + 1 : nil
  }

  private static func contains(_ set: [Character], _ character: Character) -> Bool {
    var index = 0
    while index < set.count {
      if index + 2 < set.count, set[index + 1] == "-" {
        if set[index] <= character, character <= set[index + 2] { return true }
        index += 3
      } else {
        if set[index] == character { return true }
        index += 1
      }
    }
    return false
  }
}
