// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Finds where frames begin in what a peer sends (RFC 9113 §4.1), before the library sees them: it tells nothing of
/// those it ignores.
struct HTTP2FrameScanner {
  struct Header {
    let octets: Int
    let type: UInt8
    let flags: UInt8
    let stream: Int32
  }

  /// Of the preface, then of the frame that is passing.
  private var remaining = 24
  private var header: [UInt8] = []

  /// Looks for the next header that is whole.
  ///
  /// - Parameter position: where to look on; moves behind what was seen.
  /// - Parameter start: set to where the header begins in `input`, 0 if it began before.
  mutating func next(in input: Span<UInt8>, from position: inout Int, start: inout Int) -> Header? {
    let skipped = min(remaining, input.count - position)
    position += skipped
    remaining -= skipped
    start = position
    while position < input.count, header.count < 9 {
      header.append(input[position])
      position += 1
    }
    guard remaining == 0, header.count == 9 else { return nil }
    let octets = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
    let stream = header[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    remaining = octets
    defer { header.removeAll(keepingCapacity: true) }
    return Header(octets: octets, type: header[3], flags: header[4], stream: Int32(stream))
  }
}
