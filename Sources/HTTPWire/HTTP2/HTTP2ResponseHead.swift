// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPMessages

/// The field block of a response, with the fields that are the engine's to set (RFC 9113 §8.3.2).
package struct HTTP2ResponseHead: Sendable {
  struct Line {
    let name: Range<Int>
    let value: Range<Int>
  }

  private(set) var octets: [UInt8] = []
  private(set) var lines: [Line] = []
  /// Octets of memory that it takes, about.
  package var cost: Int { octets.count + lines.count * MemoryLayout<Line>.stride }

  /// The answer to `Expect: 100-continue`.
  static let interim: HTTP2ResponseHead = {
    var head = HTTP2ResponseHead()
    head.append(":status", "100")
    return head
  }()

  private init() {}

  /// Nil if a field could not go on the wire.
  package init?(_ response: HTTPResponse, date: [UInt8], isTLS: Bool) {
    guard response.fields.lines.allSatisfy(\.isWellFormed) else { return nil }
    append(":status", String(response.status.code))
    append("date", date)
    for field in response.fields.lines where !ResponseEncoder.isEngineField(field.name) {
      append(field.name.lowercased(), field.value)
    }
    if response.status.allowsBody { append("content-length", String(response.body.count)) }
    if !response.fields.contains("Cache-Control") { append("cache-control", "no-store") }
    append("x-content-type-options", "nosniff")
    if isTLS { append("strict-transport-security", "max-age=31536000") }
  }

  /// The same with another date, of as many octets.
  mutating func setDate(_ date: [UInt8]) {
    let line = lines[1].value
    guard line.count == date.count else { return }
    octets.replaceSubrange(line, with: date)
  }

  private mutating func append(_ name: String, _ value: some Collection<UInt8>) {
    let start = octets.count
    octets.append(contentsOf: name.utf8)
    let middle = octets.count
    octets.append(contentsOf: value)
    lines.append(Line(name: start..<middle, value: middle..<octets.count))
  }

  private mutating func append(_ name: String, _ value: String) {
    append(name, Array(value.utf8))
  }
}
