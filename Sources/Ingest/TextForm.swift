// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names

/// What no text that people write for people may hold, since it is shown to others, on terminals too: control characters, which
/// steer those, and what changes the direction or nobody sees.
public struct TextFault: Hashable, Sendable {
  /// What kind of character.
  public enum Kind: Hashable, Sendable {
    /// Of C0 or C1, or DEL (general category Cc).
    case control
    /// A mark of direction, of zero width, or a soft hyphen.
    case invisible
  }

  /// Which.
  public let kind: Kind
  /// Where, from 1, in code points.
  public let column: Int
  /// The code point with its name.
  public let character: String

  /// The first fault in `text`; nil when it is in form.
  ///
  /// - Parameter breaks: control characters that are taken.
  public init?(in text: String, breaks: Set<Unicode.Scalar> = []) {
    if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return nil }
    for (offset, scalar) in text.unicodeScalars.enumerated() {
      if scalar.properties.generalCategory == .control, !breaks.contains(scalar) {
        kind = .control
      } else if scalar.isInvisible {
        kind = .invisible
      } else {
        continue
      }
      column = offset + 1
      character = scalar.called
      return
    }
    return nil
  }
}
