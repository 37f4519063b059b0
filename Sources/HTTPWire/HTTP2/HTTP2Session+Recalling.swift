// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// Requests that are known by their fields: who polls sends the same each time.
extension HTTP2Session {
  /// All that a request without content says, each part behind its length, so that equal octets are equal requests. No head
  /// of HTTP/1.1 begins like it.
  static func key(of stream: HTTP2Stream) -> [UInt8] {
    var key: [UInt8] = [0]
    key.reserveCapacity(stream.octets.count + 8 * stream.lines.count + 17)
    for part in [stream.method, stream.scheme, stream.authority, stream.path] {
      append(part, of: stream, to: &key)
    }
    for line in stream.lines {
      append(line.name, of: stream, to: &key)
      append(line.value, of: stream, to: &key)
    }
    return key
  }

  private static func append(_ part: OctetRange?, of stream: HTTP2Stream, to key: inout [UInt8]) {
    // One more than it is long; 0 for nothing.
    let length = part.map { $0.count + 1 } ?? 0
    for shift in [24, 16, 8, 0] { key.append(UInt8(truncatingIfNeeded: length >> shift)) }
    if let part { key.append(contentsOf: stream.octets[part.range]) }
  }

  /// Whether the head of `stream`, which is its whole request, is known; then it is not read.
  func recalls(_ stream: HTTP2Stream) -> Bool {
    guard let recall, stream.refusal == nil, stream.octets.count <= recalledOctets else { return false }
    let key = Self.key(of: stream)
    guard recall(key.span, facts) else {
      if key.count <= recalledOctets { stream.key = key }
      return false
    }
    events.append(.recalled(stream: stream.id))
    return true
  }

  /// What a request without content is known by; once, for the answer that is made of it.
  package func takeKey(of id: Int32) -> [UInt8] {
    guard let stream = streams[id] else { return [] }
    defer { stream.key = [] }
    return stream.key
  }
}
