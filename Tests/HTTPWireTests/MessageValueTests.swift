// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import Testing

struct MessageValueTests {
  private func request(_ path: String, query: String? = nil) -> HTTPRequest {
    HTTPRequest(
      method: .get, path: path, query: query,
      connection: ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: false))
  }

  @Test func `segments are decoded one by one`() throws {
    #expect(try request("/v1/lists/worst%2Dof").pathSegments == ["v1", "lists", "worst-of"])
    #expect(try request("/").pathSegments == [])
    #expect(try request("/a/").pathSegments == ["a", ""])
  }

  @Test func `a slash or control hidden in a segment is refused`() {
    #expect(throws: PercentEncodingError.forbiddenOctet(0x2F)) { try request("/a%2Fb").pathSegments }
    #expect(throws: PercentEncodingError.forbiddenOctet(0)) { try request("/a%00").pathSegments }
    #expect(throws: PercentEncodingError.invalidUTF8) { try request("/%FF").pathSegments }
  }

  @Test func `query items keep order and repetition`() throws {
    let items = try request("/", query: "a=1&b&a=%20=x&").queryItems
    #expect(items.map(\.name) == ["a", "b", "a"])
    #expect(items.map(\.value) == ["1", "", " =x"])
  }

  @Test(
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (1_795_467_599, "Mon, 23 Nov 2026 20:59:59 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
    ] as [(Int64, String)])
  func `a moment has its fixed date text`(seconds: Int64, text: String) {
    #expect(HTTPDate.format(secondsSince1970: seconds) == text)
  }

  @Test func `fields are found by name in any case and listed in order`() {
    var fields: HTTPFields = ["Vary": "a, b", "X": "1", "vary": "c,,"]
    #expect(fields.list("VARY") == ["a", "b", "c"])
    #expect(fields.all("vary") == ["a, b", "c,,"])
    fields["Vary"] = "z"
    #expect(fields.lines.map(\.name) == ["X", "Vary"])
  }

  @Test func `a list is parted at every comma and trimmed of blanks, whatever stands beside them`() {
    let fields: HTTPFields = ["Accept-Encoding": "gzip,\u{330}, \u{330}br ;q=0 ,\t,zstd"]
    let members = fields.list("accept-encoding").map { Array($0.unicodeScalars) }
    #expect(members == ["gzip", "\u{330}", "\u{330}br ;q=0", "zstd"].map { Array($0.unicodeScalars) })
    #expect(MediaRange("text/csv;\u{330}q=1;q=0.5").type == "text/csv")
  }
}
