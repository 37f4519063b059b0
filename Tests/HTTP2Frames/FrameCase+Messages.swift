// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

// RFC 9113 §8: requests, and this server's rules for them, which are those of HTTP/1.1.
extension FrameCase {
  private typealias F = Frames

  /// A request whose fields are wrong.
  private static func malformed(_ rule: String, _ fields: [(String, String)], section: String = "8.2.1")
    -> FrameCase
  {
    FrameCase(section, rule, .stream(1, protocolError), F.headers(1, fields))
  }

  private static func refused(_ rule: String, _ status: Int, _ fields: [(String, String)]) -> FrameCase {
    FrameCase("8.3.1", rule, .answer(1, status), F.headers(1, fields))
  }

  private static func without(_ name: String) -> [(String, String)] {
    F.request().filter { $0.0 != name }
  }

  private static func with(_ name: String, _ value: String, method: String = "GET") -> [(String, String)] {
    F.request(method) + [(name, value)]
  }

  private static func replacing(_ name: String, _ value: String) -> [(String, String)] {
    F.request().map { $0.0 == name ? (name, value) : $0 }
  }

  static let messageCases: [FrameCase] = fieldCases + pseudoCases + bodyCases + requestCases

  private static let fieldCases: [FrameCase] =
    [
      malformed("a name in upper case", with("Accept", "x")),
      malformed("a name with a space", with("a b", "x")),
      malformed("a name with a colon inside", with("a:b", "x")),
      malformed("a name of no octets", with("", "x")),
      malformed("a name with an octet beyond ASCII", with("é", "x")),
      malformed("a value with a line feed", with("x", "a\nb")),
      malformed("a value with a carriage return", with("x", "a\rb")),
      malformed("a value with NUL", with("x", "a\0b")),
      malformed("a value that begins with a space", with("x", " a")),
      malformed("a value that ends with a tab", with("x", "a\t")),
      malformed("TE other than trailers", with("te", "gzip"), section: "8.2.2"),
      FrameCase("8.2.2", "TE: trailers", .answer(1, 200), F.headers(1, with("te", "trailers"))),
      FrameCase(
        "8.2.3", "cookies in crumbs", .answer(1, 200),
        F.headers(1, F.request() + [("cookie", "a=1"), ("cookie", "b=2")])),
    ]
    + ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"].map { name in
      malformed("\(name) speaks of the connection", with(name, "x"), section: "8.2.2")
    }

  private static let pseudoCases: [FrameCase] =
    [":method", ":scheme", ":path"].flatMap { name in
      [
        malformed("no \(name)", without(name), section: "8.3.1"),
        malformed("\(name) twice", F.request() + [(name, "x")], section: "8.3"),
        malformed("\(name) empty", replacing(name, ""), section: "8.3.1"),
      ]
    } + [
      malformed("a pseudo-header field that is not known", with(":colour", "red"), section: "8.3"),
      malformed("a pseudo-header field of responses", with(":status", "200"), section: "8.3"),
      malformed("a pseudo-header field behind others", [("x", "y")] + F.request(), section: "8.3"),
      malformed(":authority twice", F.request() + [(":authority", "b.example")], section: "8.3"),
      malformed(":protocol without leave", with(":protocol", "websocket"), section: "8.3"),
      malformed("a path that does not begin with a slash", replacing(":path", "x"), section: "8.3.1"),
      malformed(
        "CONNECT with a path", [(":method", "CONNECT"), (":authority", "a.example:443"), (":path", "/")],
        section: "8.5"),
      FrameCase(
        "8.5", "CONNECT", .answer(1, 501),
        F.headers(1, [(":method", "CONNECT"), (":authority", "a.example:443")])),
    ]

  private static func post(_ fields: [(String, String)] = [], _ frames: [UInt8]) -> [UInt8] {
    F.headers(1, F.request("POST", "/echo") + fields, ends: false) + frames
  }

  private static let bodyCases: [FrameCase] = [
    FrameCase(
      "8.1", "trailers", .answer(1, 200),
      post([], F.data(1, [0x61], ends: false) + F.headers(1, [("x", "y")]))),
    FrameCase(
      "8.1", "trailers that do not end", .stream(1, protocolError),
      post([], F.data(1, [0x61], ends: false) + F.headers(1, [("x", "y")], ends: false))),
    FrameCase(
      "8.1", "a pseudo-header field in trailers", .stream(1, protocolError),
      post([], F.data(1, [0x61], ends: false) + F.headers(1, [(":path", "/")]))),
    FrameCase(
      "8.1", "a trailer that must not be one", .answer(1, 400),
      post([], F.data(1, [0x61], ends: false) + F.headers(1, [("authorization", "x")]))),
    FrameCase(
      "8.1", "more trailers than allowed", .answer(1, 431),
      post([], F.data(1, [0x61], ends: false) + F.headers(1, (0...16).map { ("x\($0)", "y") }))),
    FrameCase(
      "8.1.1", "content longer than its length", .stream(1, protocolError),
      post([("content-length", "1")], F.data(1, [1, 2]))),
    FrameCase(
      "8.1.1", "content shorter than its length", .stream(1, protocolError),
      post([("content-length", "3")], F.data(1, [1, 2]))),
    FrameCase(
      "8.1.1", "no content with a length", .stream(1, protocolError),
      F.headers(1, F.request("POST", "/echo") + [("content-length", "3")])),
    FrameCase(
      "8.1.1", "content of its length", .answer(1, 200),
      post([("content-length", "2")], F.data(1, [0x61, 0x62]))),
    FrameCase(
      "8.1.1", "two lengths", .stream(1, protocolError),
      post([("content-length", "2"), ("content-length", "2")], F.data(1, [1, 2]))),
    FrameCase(
      "8.1.1", "a length that is no number", .stream(1, protocolError),
      post([("content-length", "+2")], F.data(1, [1, 2]))),
    FrameCase("8.1.1", "a length beyond the limit", .answer(1, 413), post([("content-length", "1001")], [])),
  ]

  private static let requestCases: [FrameCase] = [
    refused("a scheme that is not the connection's", 400, replacing(":scheme", "http")),
    refused("a method that is not known", 501, replacing(":method", "BREW")),
    refused("a method in lower case", 501, replacing(":method", "get")),
    malformed("no authority and no Host", without(":authority"), section: "8.3.1"),
    refused("a Host that says something else", 400, with("host", "b.example")),
    malformed("two of Host", F.request() + [("host", "a.example"), ("host", "a.example")], section: "8.3.1"),
    refused("an authority with a user", 400, replacing(":authority", "me@a.example")),
    refused("an authority with a port that is none", 400, replacing(":authority", "a.example:0")),
    refused("a Host of the same letters", 200, with("host", "A.EXAMPLE")),
    refused("a Host without an authority", 200, without(":authority") + [("host", "a.example")]),
    refused("a dot segment", 400, replacing(":path", "/a/../b")),
    refused("an escape that is none", 400, replacing(":path", "/%zz")),
    refused("a fragment", 400, replacing(":path", "/a#b")),
    refused("an escaped control", 400, replacing(":path", "/%00")),
    refused("a path beyond the limit", 414, replacing(":path", "/" + String(repeating: "a", count: 8200))),
    FrameCase(
      "8.3.1", "a field beyond the limit", .answer(1, 431),
      F.inTwo(1, with("x", String(repeating: "a", count: 16_400)))),
    refused("64 fields and one more", 431, F.request() + (0..<64).map { ("x\($0)", "y") }),
    refused("64 fields", 200, F.request() + (0..<63).map { ("x\($0)", "y") }),
    refused("two credentials", 400, F.request() + [("authorization", "a"), ("authorization", "b")]),
    refused("two ranges", 400, F.request() + [("range", "bytes=0-1"), ("range", "bytes=2-3")]),
    refused("an expectation that is not known", 417, with("expect", "tea")),
    refused(
      "OPTIONS of all", 200,
      [(":method", "OPTIONS"), (":scheme", "https"), (":authority", "a.example"), (":path", "*")]),
  ]
}
