// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What the fields say of framing, host and persistence (RFC 9112 §3.2, §6, §9.3).
enum FramingRules {
  static func apply(_ input: Span<UInt8>, to index: inout HeadIndex) throws(RequestRefusal) {
    var seen: UInt32 = 0
    var host: OctetRange?
    var isChunked = false
    var length: Int?
    for line in index.lines {
      guard line.known != .other else { continue }
      let bit = UInt32(1) << UInt32(line.known.rawValue)
      if line.known.comesOnce, seen & bit != 0 { throw repetition(of: line.known) }
      seen |= bit
      switch line.known {
      case .host: host = line.value
      case .contentLength: length = try contentLength(input, line.value)
      case .transferEncoding: isChunked = try transferEncoding(input, line.value)
      case .connection: try connection(input, line.value, &index)
      case .expect: try expectation(input, line.value, &index)
      default: break
      }
    }
    try checkHost(input, host, index)
    if index.isHTTP10 { index.keepsAlive = index.keepsAlive && seen & keepAliveBit != 0 }
    if isChunked {
      guard length == nil, !index.isHTTP10 else { throw .conflictingFraming }
      index.framing = .chunked
    } else if let length {
      index.framing = .length(length)
    }
  }

  /// HTTP/1.0 persists only if asked to; this bit of `seen` says there was a Connection field, and
  /// `connection` cleared `keepsAlive` if it did not ask.
  private static let keepAliveBit: UInt32 = 1 << UInt32(KnownField.connection.rawValue)

  private static func repetition(of field: KnownField) -> RequestRefusal {
    switch field {
    case .contentLength, .transferEncoding: .conflictingFraming
    default: .repeatedField
    }
  }

  private static func checkHost(
    _ input: Span<UInt8>, _ host: OctetRange?, _ index: HeadIndex
  ) throws(RequestRefusal) {
    guard let host else {
      if index.isHTTP10 { return }
      throw .missingHost
    }
    guard HostReader.isValid(input, host) else { throw .invalidHost }
    if let authority = index.authority {
      guard authority.count == host.count else { throw .hostMismatch }
      for offset in 0..<host.count {
        let left = input[Int(host.start) + offset]
        let right = input[Int(authority.start) + offset]
        guard lowered(left) == lowered(right) else { throw .hostMismatch }
      }
    }
  }

  private static func lowered(_ octet: UInt8) -> UInt8 {
    octet >= 0x41 && octet <= 0x5A ? octet | 0x20 : octet
  }

  /// Digits alone, at most 18 so that nothing overflows; no list, no sign.
  private static func contentLength(
    _ input: Span<UInt8>, _ value: OctetRange
  ) throws(RequestRefusal) -> Int {
    guard (1...18).contains(value.count) else { throw .invalidContentLength }
    var length = 0
    for position in value.range {
      guard OctetClass.of(input[position]).contains(.digit) else { throw .invalidContentLength }
      length = length * 10 + Int(input[position] - 0x30)
    }
    return length
  }

  /// `chunked` alone is served; another coding before it is 501, and after it 400.
  private static func transferEncoding(
    _ input: Span<UInt8>, _ value: OctetRange
  ) throws(RequestRefusal) -> Bool {
    if input.equalsLowercased(value, "chunked") { return true }
    let codings = try list(input, value, refusal: .invalidTransferCoding)
    let chunked = codings.filter { input.equalsLowercased($0, "chunked") }
    guard chunked.count == 1, let last = codings.last, input.equalsLowercased(last, "chunked") else {
      throw chunked.isEmpty && !codings.isEmpty
        ? .unsupportedTransferCoding : .invalidTransferCoding
    }
    throw codings.count > 1 ? .unsupportedTransferCoding : .invalidTransferCoding
  }

  private static func connection(
    _ input: Span<UInt8>, _ value: OctetRange, _ index: inout HeadIndex
  ) throws(RequestRefusal) {
    var asksToKeep = false
    for option in try list(input, value, refusal: .invalidConnectionOption) {
      if input.equalsLowercased(option, "close") { index.keepsAlive = false }
      if input.equalsLowercased(option, "keep-alive") { asksToKeep = true }
    }
    if index.isHTTP10, !asksToKeep { index.keepsAlive = false }
  }

  private static func expectation(
    _ input: Span<UInt8>, _ value: OctetRange, _ index: inout HeadIndex
  ) throws(RequestRefusal) {
    guard input.equalsLowercased(value, "100-continue") else { throw .unknownExpectation }
    index.expectsContinue = !index.isHTTP10
  }

  /// The tokens of a comma-separated list; empty members are refused.
  private static func list(
    _ input: Span<UInt8>, _ value: OctetRange, refusal: RequestRefusal
  ) throws(RequestRefusal) -> [OctetRange] {
    var tokens: [OctetRange] = []
    var start = Int(value.start)
    for position in value.start...value.end {
      guard position == value.end || input[Int(position)] == 0x2C else { continue }
      let token = input.trimmed(OctetRange(start, Int(position)))
      guard token.count > 0 else { throw refusal }
      for offset in token.range {
        guard OctetClass.of(input[offset]).contains(.token) else { throw refusal }
      }
      tokens.append(token)
      start = Int(position) + 1
    }
    return tokens
  }
}
