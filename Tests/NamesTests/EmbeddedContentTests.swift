// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Names
import Testing

/// No address carries a picture, whatever part of it holds the picture and however it is spelled; addresses with tokens pass.
@Suite struct EmbeddedContentTests {
  private let rules = NameRules(allowsReservedNames: true)

  private func refusal(_ text: String) -> NameRefusal? {
    do throws(NameRefusal) {
      _ = try SubmittedURL(reported: text, rules: rules)
      return nil
    } catch { return error }
  }

  /// Octets without an order, the same each time.
  private static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
  }

  private static func base64(_ octets: [UInt8], url: Bool = false) -> String {
    let text = Data(octets).base64EncodedString()
    guard url else { return text }
    return text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  private static func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func percent(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "%0" : "%") + String($0, radix: 16, uppercase: true) }.joined()
  }

  private static func chopped(_ text: String, every count: Int, by mark: String) -> String {
    var parts: [Substring] = []
    var rest = text[...]
    while !rest.isEmpty {
      parts.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return parts.joined(separator: mark)
  }

  static let beginnings: [(String, [UInt8])] = [
    ("JPEG, JFIF", [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, 0x4A, 0x46, 0x49, 0x46, 0x00]),
    ("JPEG, bare", [0xFF, 0xD8, 0xFF, 0xDB, 0x00, 0x43, 0x00]),
    ("JPEG, Exif", [0xFF, 0xD8, 0xFF, 0xE1, 0x02, 0x18, 0x45, 0x78, 0x69, 0x66, 0x00, 0x00]),
    ("JPEG, filled", [0xFF, 0xD8, 0xFF, 0xFF, 0xDB, 0x00, 0x43, 0x00]),
    ("PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), ("GIF", Array("GIF89a".utf8)),
    ("WebP", Array("RIFF".utf8) + [0x24, 0, 0, 0] + Array("WEBPVP8 ".utf8)),
    ("AVIF", [0, 0, 0, 0x1C] + Array("ftypavif".utf8)), ("MP4", [0, 0, 0, 0x20] + Array("ftypisom".utf8)),
    ("WebM", [0x1A, 0x45, 0xDF, 0xA3, 0x9F]), ("PDF", Array("%PDF-1.7".utf8)),
    ("ZIP", [0x50, 0x4B, 0x03, 0x04, 0x14]), ("gzip", [0x1F, 0x8B, 0x08, 0x00]),
    ("BMP", [0x42, 0x4D, 0x46, 0x02, 0, 0, 0, 0, 0, 0]), ("SVG", Array("<svg xmlns=".utf8)),
    ("bzip2", Array("BZh91AY&SY".utf8)), ("Zstandard", [0x28, 0xB5, 0x2F, 0xFD]),
    ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]), ("TIFF", [0x49, 0x49, 0x2A, 0x00]),
    ("icon", [0, 0, 1, 0, 1, 0, 16, 16]), ("data URL", Array("data:image/png;base64,iVBORw0KGgo".utf8)),
  ]

  @Test(arguments: beginnings)
  func `a file is seen by how it begins, in each place, spelling and alignment`(name: String, magic: [UInt8])
  {
    for before in 0..<4 {
      let file = Array(Self.noise(99).suffix(before)) + magic + Self.noise(60)
      let plain = Self.base64(file)
      let url = Self.base64(file, url: true)
      let hex = Self.hexadecimal(file)
      let texts = [
        "path": plain, "path, base64url": url, "query": "?img=" + plain,
        "query, base64url": "?v=1&img=\(url)&w=2",
        "fragment": "#" + plain,
        "percent-encoded": "?i=" + plain.replacing("/", with: "%2F").replacing("+", with: "%2B"),
        "twice": "?i=" + plain.replacing("/", with: "%252F").replacing("+", with: "%252B"),
        "in short parts": Self.chopped(url, every: 5, by: "/"),
        "in single characters": Self.chopped(url, every: 1, by: "/"),
        "hexadecimal": hex,
        "capitals": hex.uppercased(), "hexadecimal in parts": "?x=" + Self.chopped(hex, every: 10, by: ","),
        "octets": "?raw=" + Self.percent(file),
        "octets, twice": Self.percent(file).replacing("%", with: "%25"),
      ]
      for (place, text) in texts {
        let refusal = refusal("https://bad.example/" + text)
        #expect(refusal?.rule == .embeddedContent, "\(name), \(place), after \(before) octets")
      }
    }
  }

  @Test func `what begins like a file is content from 32 characters on, to the end of the address`() {
    let file = Self.base64([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Self.noise(40), url: true)
    #expect(refusal("https://bad.example/?i=" + file.prefix(31)) == nil)
    let seen = refusal("https://bad.example/é?i=" + file.prefix(32))
    #expect(seen?.rule == .embeddedContent && seen?.column == 25)
    let hex = Self.hexadecimal([0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10] + Self.noise(40))
    #expect(refusal("https://bad.example/x/" + hex.prefix(31)) == nil)
    #expect(refusal("https://bad.example/x/" + hex.prefix(32))?.rule == .embeddedContent)
  }

  @Test func `1024 characters that read like base64 are taken in all and one more is content`() {
    // Eleven letters before the first change are counted with it.
    let text = Self.chopped(String(repeating: "a1", count: 600), every: 30, by: "/")
    let taken = text.prefix(1013 + 1013 / 30)
    #expect(refusal("https://bad.example/" + taken) == nil)
    let seen = refusal("https://bad.example/" + text.prefix(taken.count + 1))
    #expect(seen?.rule == .embeddedContent && seen?.column == 20 + taken.count + 1)
  }

  @Test(arguments: ["/", "-", ".", "&b=", "/a/", "~"])
  func `1.4 kB of octets do not fit, whatever parts them`(mark: String) {
    let octets = Self.noise(1_400)
    for every in [7, 39] {
      let text = Self.chopped(Self.base64(octets, url: true), every: every, by: mark)
      #expect(refusal("https://bad.example/?x=" + text.prefix(2_000))?.rule == .embeddedContent, "\(every)")
    }
  }

  @Test func `512 percent-encoded octets that are no text are taken and one more is content`() {
    let text = String(repeating: "%FF", count: 512)
    #expect(refusal("https://bad.example/" + text) == nil)
    let seen = refusal("https://bad.example/\(text)%FE")
    #expect(seen?.rule == .embeddedContent && seen?.column == 21 + 3 * 512)
    #expect(
      refusal("https://bad.example/" + String(repeating: "%C3%BC", count: 300)) == nil, "letters are text")
  }

  @Test func `eight layers of percent-encoding are undone and one more is content`() {
    func letter(_ layers: Int) -> String { "%" + String(repeating: "25", count: layers - 1) + "41bcdefgh" }
    #expect(refusal("https://bad.example/?u=" + letter(8)) == nil)
    let seen = refusal("https://bad.example/?u=" + letter(9))
    #expect(seen?.rule == .embeddedContent && seen?.column == 24)
  }

  @Test func `an address is as long as browsers send it`() {
    let letters = String(repeating: "é", count: 338)
    #expect(refusal("https://bad.example/" + letters) == nil)
    let seen = refusal("https://bad.example/\(letters)a")
    #expect(seen?.rule == .embeddedContent && seen?.column == 359)
    #expect(seen?.detail.contains("2048") == true)
  }

  @Test(arguments: [
    "https://bad.example/?u=data:image/png;base64,xyz", "https://bad.example/#DATA:,hello",
    "https://bad.example/?u=data%3Aimage%2Fpng%3Bbase64%2Cxyz",
    "https://bad.example/?u=%2564ata%253Aimage/gif",
    "https://bad.example/a/data:;base64,QQ", "https://bad.example/?u=data:x/y,z", "data:image/png;base64,xyz",
    "https://bad.example/?u=d%61ta:text/html,%3Cp%3E", "http://a.example/?data:,x",
  ])
  func `a data URL is seen in every part`(text: String) { #expect(refusal(text)?.rule == .embeddedContent) }

  static let ordinary: [String] = {
    let signature = base64(noise(256), url: true)
    let claims = base64(
      Array(
        #"{"iss":"https://login.example/","sub":"auth0|5f7c8ec7c33c6c004bbafe82","aud":["https://api.example","x"],"#
          .utf8)
        + Array(
          #""iat":1764230400,"exp":1764316800,"azp":"my_client_id","scope":"openid profile read:photos"}"#
            .utf8), url: true)
    let policy = base64(
      Array(
        #"{"Statement":[{"Resource":"https://d111.cdn.example/a/*","Condition":{"DateLessThan":{"AWS:EpochTime":1764316800}}}]}"#
          .utf8),
      url: true)
    let session = base64(noise(390)).replacing("+", with: "%2B").replacing("/", with: "%2F")
    return [
      // A token of three parts, signed with RSA of 2048 bits.
      "https://bad.example/view?token=eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEifQ.\(claims).\(signature)",
      // A content network's signed address, with a policy.
      "https://d111.cdn.example/a/b.jpg?Policy=\(policy)&Signature=\(signature)&Key-Pair-Id=K2JCJMDEHXQW5F",
      // A store's signed address, with a session token of 520 characters.
      "https://bucket.store.example/a.jpg?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261127%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20261127T120000Z&X-Amz-Expires=3600&X-Amz-Security-Token="
        + session + "&X-Amz-Signature=" + hexadecimal(noise(32)) + "&X-Amz-SignedHeaders=host",
      // Trackers, and an address passed on inside another.
      "https://bad.example/p?utm_source=newsletter&utm_medium=email&utm_campaign=2026-11-27&gclid=Cj0KCQiA3rKQBhCNARIsACUEW_ZGLHcUP5&fbclid=IwAR0v1Hh8m3kUu0S5C9Fqe7n2Yt4zJb6xLw8pQd3sVr5aGc1eTf0hMi9oKj&_ga=2.26498.7",
      "https://out.example/?u=https%3A%2F%2Fa.example%2Fx%3Fu%3Dhttps%253A%252F%252Fb.example%252F%253Fid%253D1",
      // Numbers and paths of much depth, and identifiers one after the other.
      "https://bad.example/wiki/Data:Sandbox/Population.tab",
      "https://shop.example/search?q=%3Cb%3E&filter=metadata:colour-blue-and-more&engine=swiftype-search",
      "https://bad.example/2026/11/27/0001/0002/0003/IMG_20261127_120000.jpg",
      "https://bad.example/"
        + (0..<12).map { hexadecimal(Array(noise(16 + $0).suffix(16))) }.joined(separator: "/"),
      "https://bad.example/" + String(repeating: "a-quiet-part-of-a-long-path/", count: 70),
      "https://bad.example/@53.5,9.9,15z/data=!3m1!4b1!4m6!3m5!1s0x47b161837e1813b9:0x4263df27bd63aa0!8m2",
      // Japanese as older sites encode it.
      "https://bad.example/?q=" + String(repeating: "%83%4A%83%5E%83%4A%83%69", count: 20),
    ]
  }()

  @Test(arguments: ordinary) func `an address with tokens, numbers or addresses inside passes`(text: String) {
    #expect(refusal(text) == nil)
  }

  @Test func `each refusal says which limit it is about`() {
    let noise = Self.base64(Self.noise(1_200), url: true)
    let details = [
      "https://bad.example/" + String(repeating: "a/", count: 1_020),
      "https://bad.example/" + noise.prefix(513),
      "https://bad.example/" + Self.chopped(String(noise), every: 30, by: "/"),
      "https://bad.example/#data:,x",
      "https://bad.example/iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA",
      "https://bad.example/%252525252525252541",
    ].map { refusal($0)?.detail ?? "" }
    #expect(Set(details).count == details.count && !details.contains(""), "\(details)")
  }
}
