// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import StrictJSON

/// Reading an answer for people: what is missing shows as nothing rather than as an error.
extension JSONValue {
  /// A member's string, or "".
  package func text(_ key: String) -> String { self[key]?.stringValue ?? "" }

  /// A member's whole number, or 0.
  package func count(_ key: String) -> Int64 { self[key]?.integerValue ?? 0 }

  /// A member's strings.
  package func texts(_ key: String) -> [String] { (self[key]?.arrayValue ?? []).compactMap(\.stringValue) }

  /// The value laid out for reading, without a final line feed.
  package var prettyText: String {
    var text = String(decoding: encoded(pretty: true), as: UTF8.self)
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
