// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// Makes a request of a decoded field block (RFC 9113 §8.3), by the same rules as a head of HTTP/1.1.
///
/// That pseudo-header fields are there once, first and known, that names are lower case and that no field speaks of
/// the connection is the library's to see.
enum HTTP2HeadReader {
  static func read(
    _ stream: HTTP2Stream, index: inout HeadIndex, limits: MessageLimits, scheme: StaticString,
    facts: ConnectionFacts
  ) throws(RequestRefusal) -> HTTPRequest {
    let octets = stream.octets
    let input = octets.span
    guard let method = stream.method, let path = stream.path, path.count > 0 else {
      throw stream.method.flatMap { KnownMethod(input, $0) } == nil ? .unknownMethod : .malformedTarget
    }
    // As HTTP/1.1 would write it: two spaces and the version.
    guard method.count + path.count + 10 <= limits.requestLineOctets else { throw .requestLineTooLong }
    guard let known = KnownMethod(input, method) else { throw .unknownMethod }
    guard let named = stream.scheme, input.equalsLowercased(named, scheme) else { throw .schemeMismatch }
    index.reset()
    index.method = known
    guard input[Int(path.start)] == 0x2F || input[Int(path.start)] == 0x2A else { throw .malformedTarget }
    for position in path.range where input[position] <= 0x20 || input[position] >= 0x7F {
      throw .malformedTarget
    }
    // Its scheme stands apart.
    try TargetReader.read(input, path, isSecured: facts.tls, into: &index)
    let fields = try fields(stream, limits)
    return HTTPRequest(
      method: known.method, path: input.text(path: index.path), query: index.query.flatMap { input.text($0) },
      fields: fields, connection: facts)
  }

  private static func fields(
    _ stream: HTTP2Stream, _ limits: MessageLimits
  ) throws(RequestRefusal) -> HTTPFields {
    let octets = stream.octets
    let input = octets.span
    var seen: UInt32 = 0
    var host: OctetRange?
    var fields: [HTTPField] = []
    var crumbs: [String] = []
    fields.reserveCapacity(stream.lines.count + 1)
    for line in stream.lines {
      let bit = UInt32(1) << UInt32(line.known.rawValue)
      if line.known.comesOnce, seen & bit != 0 { throw .repeatedField }
      seen |= bit
      guard let name = input.text(line.name), let value = input.text(line.value) else {
        throw .malformedField
      }
      switch line.known {
      case .host: host = line.value
      case .expect:
        guard input.equalsLowercased(line.value, "100-continue") else { throw .unknownExpectation }
      default: break
      }
      if name == "cookie" {
        crumbs.append(value)
      } else {
        fields.append(HTTPField(name: name, value: value))
      }
    }
    // RFC 9113 §8.2.3: crumbs are one field again.
    if !crumbs.isEmpty { fields.append(HTTPField(name: "cookie", value: crumbs.joined(separator: "; "))) }
    if let authority = try authority(stream, host) {
      fields.insert(HTTPField(name: "host", value: authority), at: 0)
    }
    guard stream.fieldOctets <= limits.headerOctets else { throw .headerTooLarge }
    return HTTPFields(fields)
  }

  /// The authority, if no Host field says it already.
  private static func authority(
    _ stream: HTTP2Stream, _ host: OctetRange?
  ) throws(RequestRefusal) -> String? {
    let octets = stream.octets
    let input = octets.span
    if let host, !HostReader.isValid(input, host) { throw .invalidHost }
    guard let authority = stream.authority else {
      guard host != nil else { throw .missingHost }
      return nil
    }
    guard HostReader.isValid(input, authority) else { throw .invalidHost }
    guard let host else { return input.text(authority) }
    guard let one = input.text(host), let other = input.text(authority),
      HTTPGrammar.equalIgnoringCase(one, other)
    else { throw .hostMismatch }
    return nil
  }
}

extension Span<UInt8> {
  /// A checked path as text.
  fileprivate func text(path: OctetRange) -> String { text(path) ?? "/" }
}
