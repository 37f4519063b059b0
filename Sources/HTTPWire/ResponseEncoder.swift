// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPMessages

/// Writes the head of a response (RFC 9112 §4), with the fields that are the engine's to set.
package struct ResponseEncoder: Sendable {
  /// What the connection and the request decide about the head.
  package struct Context: Hashable, Sendable {
    package var keepsAlive: Bool
    package var isHTTP10: Bool
    package var isTLS: Bool

    package init(keepsAlive: Bool, isHTTP10: Bool, isTLS: Bool) {
      self.keepsAlive = keepsAlive
      self.isHTTP10 = isHTTP10
      self.isTLS = isTLS
    }
  }

  /// The interim answer to `Expect: 100-continue`.
  package static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

  /// Appends the head to `output`.
  /// - Parameter date: the Date field's value, 29 octets.
  /// - Returns: false, with nothing appended, if a field of the response could not be told from
  ///   the lines around it; the caller answers 500 instead.
  package static func appendHead(
    of response: HTTPResponse, date: [UInt8], context: Context, to output: inout [UInt8]
  ) -> Bool {
    guard response.fields.lines.allSatisfy(\.isWellFormed) else { return false }
    append("HTTP/1.1 ", to: &output)
    append("\(response.status.code) ", to: &output)
    append(response.status.reasonPhrase, to: &output)
    append("\r\nDate: ", to: &output)
    output.append(contentsOf: date)
    append("\r\n", to: &output)
    for field in response.fields.lines where !isEngineField(field.name) {
      appendField(field.name, field.value, to: &output)
    }
    if response.status.allowsBody {
      appendField("Content-Length", String(response.body.count), to: &output)
    }
    appendSafety(response.fields, context, to: &output)
    if !context.keepsAlive {
      append("Connection: close\r\n", to: &output)
    } else if context.isHTTP10 {
      append("Connection: keep-alive\r\n", to: &output)
    }
    append("\r\n", to: &output)
    return true
  }

  /// Where the 29 octets of the Date field's value stand in a head: behind the status line.
  package static func dateOffset(for status: HTTPStatus) -> Int {
    "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nDate: ".utf8.count
  }

  private static func appendSafety(
    _ fields: HTTPFields, _ context: Context, to output: inout [UInt8]
  ) {
    if !fields.contains("Cache-Control") { append("Cache-Control: no-store\r\n", to: &output) }
    append("X-Content-Type-Options: nosniff\r\n", to: &output)
    if context.isTLS {
      append("Strict-Transport-Security: max-age=31536000\r\n", to: &output)
    }
  }

  /// Framing and persistence are decided here alone.
  static func isEngineField(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: HTTPGrammar.equalIgnoringCase(name, "date")
    case 10:
      HTTPGrammar.equalIgnoringCase(name, "connection")
        || HTTPGrammar.equalIgnoringCase(name, "keep-alive")
    case 14: HTTPGrammar.equalIgnoringCase(name, "content-length")
    case 17: HTTPGrammar.equalIgnoringCase(name, "transfer-encoding")
    case 22: HTTPGrammar.equalIgnoringCase(name, "x-content-type-options")
    case 25: HTTPGrammar.equalIgnoringCase(name, "strict-transport-security")
    default: false
    }
  }

  private static func appendField(_ name: String, _ value: String, to output: inout [UInt8]) {
    append(name, to: &output)
    append(": ", to: &output)
    append(value, to: &output)
    append("\r\n", to: &output)
  }

  private static func append(_ text: String, to output: inout [UInt8]) {
    output.append(contentsOf: text.utf8)
  }
}
