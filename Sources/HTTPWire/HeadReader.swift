// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Reads a whole head, line by line, into a `HeadIndex` (RFC 9112 §3 and §5).
struct HeadReader {
  let limits: MessageLimits
  let isSecured: Bool

  /// - Parameter length: octets of the head, its empty line included.
  func read(
    _ input: Span<UInt8>, length: Int, into index: inout HeadIndex
  ) throws(RequestRefusal) {
    index.reset()
    var position = try readRequestLine(input, into: &index)
    let fieldsStart = position
    guard length - fieldsStart - 2 <= limits.headerOctets else { throw .headerTooLarge }
    while input[position] != 0x0D || position + 2 != length {
      guard index.lines.count < limits.headerCount else { throw .tooManyFields }
      let line = try FieldLineReader.read(input, at: &position, refusal: .malformedField)
      index.lines.append(line)
    }
    try FramingRules.apply(input, to: &index)
  }

  /// `method SP request-target SP HTTP-version CRLF`, single spaces.
  private func readRequestLine(
    _ input: Span<UInt8>, into index: inout HeadIndex
  ) throws(RequestRefusal) -> Int {
    var position = 0
    let method = run(input, from: &position) { OctetClass.of($0).contains(.token) }
    guard method.count > 0, input[position] == 0x20 else { throw .malformedRequestLine }
    position += 1
    let target = run(input, from: &position) { $0 > 0x20 && $0 < 0x7F }
    guard target.count > 0 else { throw .malformedRequestLine }
    guard input[position] == 0x20 else {
      throw input[position] >= 0x7F ? .malformedTarget : .malformedRequestLine
    }
    position += 1
    let version = run(input, from: &position) { $0 > 0x20 && $0 < 0x7F }
    guard input[position] == 0x0D, input[position + 1] == 0x0A else {
      throw .malformedRequestLine
    }
    guard position <= limits.requestLineOctets else { throw .requestLineTooLong }
    index.isHTTP10 = try isHTTP10(input, version)
    guard let known = KnownMethod(input, method) else { throw .unknownMethod }
    index.method = known
    try TargetReader.read(input, target, isSecured: isSecured, into: &index)
    return position + 2
  }

  private func run(
    _ input: Span<UInt8>, from position: inout Int, while matches: (UInt8) -> Bool
  ) -> OctetRange {
    let start = position
    while matches(input[position]) { position += 1 }
    return OctetRange(start, position)
  }

  private func isHTTP10(
    _ input: Span<UInt8>, _ version: OctetRange
  ) throws(RequestRefusal) -> Bool {
    let start = Int(version.start)
    let name = OctetRange(start, start + 5)
    guard version.count == 8, input.equalsLowercased(name, "http/"), input[start] == 0x48,
      input[start + 1] == 0x54, input[start + 2] == 0x54, input[start + 3] == 0x50,
      OctetClass.of(input[start + 5]).contains(.digit), input[start + 6] == 0x2E,
      OctetClass.of(input[start + 7]).contains(.digit)
    else { throw .malformedRequestLine }
    switch (input[start + 5], input[start + 7]) {
    case (0x31, 0x31): return false
    case (0x31, 0x30): return true
    default: throw .unsupportedVersion
    }
  }
}
