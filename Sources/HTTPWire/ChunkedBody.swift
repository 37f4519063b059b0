// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads a chunked body (RFC 9112 §7.1): sizes, data, trailers, each bounded.
struct ChunkedBody: Sendable {
  private enum State: Sendable {
    case expectingSize
    case expectingData(remaining: Int)
    case expectingDataEnd
    case expectingTrailer
  }

  private var state = State.expectingSize
  private var extensionOctets = 0
  private var trailerOctets = 0
  private var trailerCount = 0

  /// Consumes from `position`, appends data to `body`.
  /// - Returns: whether the body is complete.
  mutating func read(
    _ input: Span<UInt8>, from position: inout Int, into body: inout [UInt8], bodyLimit: Int,
    limits: MessageLimits
  ) throws(RequestRefusal) -> Bool {
    while position < input.count {
      switch state {
      case .expectingSize:
        guard let size = try readSize(input, &position, limits) else { return false }
        guard size <= bodyLimit - body.count else { throw .bodyTooLarge }
        state = size == 0 ? .expectingTrailer : .expectingData(remaining: size)
      case .expectingData(let remaining):
        let count = min(remaining, input.count - position)
        body.append(copying: input.extracting(position..<(position + count)))
        position += count
        state = count == remaining ? .expectingDataEnd : .expectingData(remaining: remaining - count)
      case .expectingDataEnd:
        guard input[position] == 0x0D else { throw .malformedChunk }
        guard position + 1 < input.count else { return false }
        guard input[position + 1] == 0x0A else { throw .malformedChunk }
        position += 2
        state = .expectingSize
      case .expectingTrailer:
        guard let isLast = try readTrailer(input, &position, limits) else { return false }
        if isLast { return true }
      }
    }
    return false
  }

  /// `chunk-size [chunk-ext] CRLF`; nil while the line is not whole.
  private mutating func readSize(
    _ input: Span<UInt8>, _ position: inout Int, _ limits: MessageLimits
  ) throws(RequestRefusal) -> Int? {
    let start = position
    guard let end = try lineEnd(input, start, .malformedChunk) else {
      guard input.count - start <= limits.chunkLineOctets else { throw .malformedChunk }
      try checkDigits(input, start)
      return nil
    }
    guard end + 1 - start <= limits.chunkLineOctets else { throw .malformedChunk }
    var cursor = start
    var size = 0
    while cursor < end, let digit = hexValue(input[cursor]) {
      guard cursor - start < 15 else { throw .malformedChunk }
      size = size << 4 | digit
      cursor += 1
    }
    guard cursor > start else { throw .malformedChunk }
    if cursor < end {
      extensionOctets += end - cursor
      guard extensionOctets <= limits.chunkExtensionOctets,
        ChunkExtensions.areValid(input, cursor, end)
      else { throw .malformedChunk }
    }
    position = end + 2
    return size
  }

  /// A line that cannot become a size is refused at its first octet, not at its end.
  private func checkDigits(_ input: Span<UInt8>, _ start: Int) throws(RequestRefusal) {
    guard start < input.count, hexValue(input[start]) == nil else { return }
    throw .malformedChunk
  }

  /// One trailer line, checked and dropped; true for the empty line, nil while not whole.
  private mutating func readTrailer(
    _ input: Span<UInt8>, _ position: inout Int, _ limits: MessageLimits
  ) throws(RequestRefusal) -> Bool? {
    let start = position
    guard let end = try lineEnd(input, start, .malformedTrailer) else {
      // One more: the CR of the empty line is no part of any trailer.
      guard trailerOctets + input.count - start <= limits.trailerOctets + 1 else {
        throw .trailerTooLarge
      }
      return nil
    }
    if end == start {
      position = end + 2
      return true
    }
    trailerOctets += end + 2 - start
    trailerCount += 1
    guard trailerOctets <= limits.trailerOctets, trailerCount <= limits.trailerCount else {
      throw .trailerTooLarge
    }
    let line = try FieldLineReader.read(input, at: &position, refusal: .malformedTrailer)
    guard !line.known.isForbiddenInTrailer else { throw .malformedTrailer }
    return false
  }

  /// Where the CRLF that ends the line from `start` begins; nil if it is not there yet.
  private func lineEnd(
    _ input: Span<UInt8>, _ start: Int, _ refusal: RequestRefusal
  ) throws(RequestRefusal) -> Int? {
    for position in start..<input.count where input[position] == 0x0A {
      guard position > start, input[position - 1] == 0x0D else { throw refusal }
      return position - 1
    }
    return nil
  }

  private func hexValue(_ octet: UInt8) -> Int? {
    guard OctetClass.of(octet).contains(.hexDigit) else { return nil }
    return octet <= 0x39 ? Int(octet - 0x30) : Int(octet | 0x20) - 0x61 + 10
  }
}
