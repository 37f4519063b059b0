// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import HTTPWire

/// Requests that must be refused, each with the rule it breaks. `\r\n` is spelled out everywhere,
/// since half of them are about it.
package struct RefusedRequest: Sendable, CustomStringConvertible {
  /// All that is sent.
  package let octets: [UInt8]
  /// The rule it breaks.
  package let refusal: RequestRefusal

  init(_ text: some StringProtocol, _ refusal: RequestRefusal) {
    octets = Array(text.utf8)
    self.refusal = refusal
  }

  init(octets: [UInt8], _ refusal: RequestRefusal) {
    self.octets = octets
    self.refusal = refusal
  }

  /// The same with `http` and `https` in an absolute target exchanged: as it breaks its rule in TLS.
  package var overTLS: RefusedRequest {
    let text = String(decoding: octets, as: UTF8.self)
    guard text.utf8.elementsEqual(octets), let space = text.firstIndex(of: " ") else { return self }
    let target = text[text.index(after: space)...]
    for (one, other) in [("http://", "https://"), ("https://", "http://")] where target.hasPrefix(one) {
      return RefusedRequest(text[...space] + other + target.dropFirst(one.count), refusal)
    }
    return self
  }

  /// How it begins.
  package var description: String {
    String(decoding: octets.prefix(90), as: UTF8.self).debugDescription
  }
}

/// All of them, by the part of a request that is at fault.
package enum RefusalCorpus {
  /// What must not be answered, behind what is refused.
  private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n"

  /// A GET with one more field line, and a second request smuggled behind it.
  static func get(_ line: String, _ refusal: RequestRefusal) -> RefusedRequest {
    RefusedRequest("GET / HTTP/1.1\r\nHost: a.example\r\n\(line)\r\n\r\n" + smuggled, refusal)
  }

  /// A POST with these field lines and this body, and a second request smuggled behind it.
  static func post(_ lines: [String], _ body: String = "", _ refusal: RequestRefusal) -> RefusedRequest {
    let head = (["POST / HTTP/1.1", "Host: a.example"] + lines).joined(separator: "\r\n")
    return RefusedRequest(head + "\r\n\r\n" + body + smuggled, refusal)
  }

  /// A request line followed by a good head, and a second request smuggled behind it.
  static func line(_ line: String, _ refusal: RequestRefusal) -> RefusedRequest {
    RefusedRequest("\(line)\r\nHost: a.example\r\n\r\n" + smuggled, refusal)
  }

  static func target(_ target: String, _ refusal: RequestRefusal) -> RefusedRequest {
    line("GET \(target) HTTP/1.1", refusal)
  }

  static func host(_ host: String, _ refusal: RequestRefusal = .invalidHost) -> RefusedRequest {
    RefusedRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n" + smuggled, refusal)
  }

  static func chunks(_ body: String, _ refusal: RequestRefusal = .malformedChunk) -> RefusedRequest {
    post(["Transfer-Encoding: chunked"], body, refusal)
  }

  /// Every one.
  package static let all =
    requestLines + targets + hosts + fieldLines + framing + chunked + trailers
    + overlong
}
