// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Frames as a peer could send them, right or wrong: octets, made without the library that reads them.
package enum Frames {
  package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  // Types of RFC 9113 §6.
  package static let data: UInt8 = 0
  package static let headers: UInt8 = 1
  package static let priority: UInt8 = 2
  package static let resetStream: UInt8 = 3
  package static let settings: UInt8 = 4
  package static let pushPromise: UInt8 = 5
  package static let ping: UInt8 = 6
  package static let goAway: UInt8 = 7
  package static let windowUpdate: UInt8 = 8
  package static let continuation: UInt8 = 9

  package static let endStream: UInt8 = 1
  package static let ack: UInt8 = 1
  package static let endHeaders: UInt8 = 4
  package static let padded: UInt8 = 8
  package static let withPriority: UInt8 = 0x20

  package static func frame(
    _ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []
  ) -> [UInt8] {
    let count = payload.count
    return [UInt8(count >> 16), UInt8(count >> 8 & 0xFF), UInt8(count & 0xFF), type, flags] + number(stream)
      + payload
  }

  package static func number(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }

  /// What a client begins with: the preface, SETTINGS of its own, and the acknowledgement of ours.
  package static let opening = preface + frame(settings) + frame(settings, flags: ack)

  package static func setting(_ name: UInt16, _ value: UInt32) -> [UInt8] {
    frame(settings, [UInt8(name >> 8), UInt8(name & 0xFF)] + number(value))
  }

  /// A field block of literals that are not indexed (RFC 7541 §6.2.2): no state, no Huffman.
  package static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { [0] + text($0.0) + text($0.1) }
  }

  private static func text(_ text: String) -> [UInt8] {
    let octets = Array(text.utf8)
    guard octets.count >= 127 else { return [UInt8(octets.count)] + octets }
    var length: [UInt8] = [127]
    var rest = octets.count - 127
    while rest >= 128 {
      length.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    return length + [UInt8(rest)] + octets
  }

  /// The four pseudo-header fields of a good request.
  package static func request(_ method: String = "GET", _ path: String = "/") -> [(String, String)] {
    [(":method", method), (":scheme", "https"), (":authority", "a.example"), (":path", path)]
  }

  package static func headers(
    _ stream: UInt32, _ fields: [(String, String)], ends: Bool = true
  ) -> [UInt8] {
    frame(headers, flags: endHeaders | (ends ? endStream : 0), stream: stream, block(fields))
  }

  /// A request whose field block takes HEADERS and CONTINUATION.
  package static func inTwo(_ stream: UInt32, _ fields: [(String, String)]) -> [UInt8] {
    let block = block(fields)
    return frame(headers, flags: endStream, stream: stream, Array(block.prefix(16_000)))
      + frame(continuation, flags: endHeaders, stream: stream, Array(block.dropFirst(16_000)))
  }

  package static func get(_ stream: UInt32, _ path: String = "/") -> [UInt8] {
    headers(stream, request("GET", path))
  }

  package static func data(_ stream: UInt32, _ octets: [UInt8], ends: Bool = true) -> [UInt8] {
    frame(data, flags: ends ? endStream : 0, stream: stream, octets)
  }

  package static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> [UInt8] {
    frame(windowUpdate, stream: stream, number(increment))
  }

  package static func reset(_ stream: UInt32, _ code: UInt32 = 8) -> [UInt8] {
    frame(resetStream, stream: stream, number(code))
  }
}
