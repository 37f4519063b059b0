// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Names
import Testing

/// The quick look at a text never decides otherwise than the full search alone: over texts made up by chance from what the search
/// is about, and over changes of the beginnings of files.
@Suite struct QuickLookTests {
  /// The same texts each time.
  private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  private static let letters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-_".utf8)
  private static let marks = Array("/-_+.,:;%<&=?#~ \t\u{1}é".utf8) + [0xFF]
  private static let words = [
    "https://bad.example/", "data:", "DATA:image/png", "%25", "%2F", "%3A", "%00", "%FF", "%C3%BC", "<svg",
    "%3Csvg", "%PDF",
    "deadbeef", "0123456789", "img", "?x=",
  ].map { Array($0.utf8) }

  private static func octets(_ count: Int, by chance: inout Chance) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &chance) }
  }

  /// A file's beginning with `count` octets behind it, spelled in one of the ways the search reads.
  private static func file(_ count: Int, by chance: inout Chance) -> [UInt8] {
    let begun = EmbeddedContentTests.beginnings.randomElement(using: &chance)?.1 ?? []
    let octets =
      Self.octets(.random(in: 0..<4, using: &chance), by: &chance) + begun + octets(count, by: &chance)
    switch Int.random(in: 0..<4, using: &chance) {
    case 0: return octets.flatMap { Array(($0 < 16 ? "0" : "").utf8) + Array(String($0, radix: 16).utf8) }
    case 1: return octets.flatMap { Array(($0 < 16 ? "%0" : "%").utf8) + Array(String($0, radix: 16).utf8) }
    case 2:
      let text = Data(octets).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      return Array(text.utf8)
    default: return Array(Data(octets).base64EncodedString().utf8)
    }
  }

  private static func text(by chance: inout Chance) -> [UInt8] {
    var text: [UInt8] = Bool.random(using: &chance) ? words[0] : []
    for _ in 0..<Int.random(in: 1..<7, using: &chance) {
      switch Int.random(in: 0..<5, using: &chance) {
      case 0: text += words.randomElement(using: &chance) ?? []
      case 1: text += file(.random(in: 0..<30, using: &chance), by: &chance)
      case 2: text += marks.randomElement(using: &chance).map { [$0] } ?? []
      case 3:
        let few = Array(letters.shuffled(using: &chance).prefix(.random(in: 1...66, using: &chance)))
        text += (0..<Int.random(in: 1..<40, using: &chance)).compactMap { _ in
          few.randomElement(using: &chance)
        }
      default: text += octets(.random(in: 0..<9, using: &chance), by: &chance)
      }
    }
    return text
  }

  /// One to three octets changed, put in or taken out.
  private static func mutated(_ text: [UInt8], by chance: inout Chance) -> [UInt8] {
    var text = text
    for _ in 0..<Int.random(in: 1...3, using: &chance) {
      let index = Int.random(in: 0...text.count, using: &chance)
      let octet = (Bool.random(using: &chance) ? marks : letters).randomElement(using: &chance) ?? 0
      switch Int.random(in: 0..<3, using: &chance) {
      case 0: text.insert(octet, at: index)
      case 1 where index < text.count: text.remove(at: index)
      case 2 where index < text.count: text[index] = octet
      default: break
      }
    }
    return text
  }

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `texts made up by chance are judged as by the full search alone`(seed: UInt64) {
    var chance = Chance(state: seed)
    var (cleared, found) = (0, 0)
    for _ in 0..<10_000 {
      let made = Self.text(by: &chance)
      for text in [made, Self.mutated(made, by: &chance)] {
        let limit = [64, 256, 1_024].randomElement(using: &chance) ?? 0
        let full = ContentFinding.searched(text.span, encodedTextLimit: limit)
        let isSame = ContentFinding.first(in: text.span, encodedTextLimit: limit) == full
        guard isSame else {
          Issue.record("\(text) at \(limit)")
          return
        }
        if full != nil {
          found += 1
        } else if ContentFinding.isCleared(text.span, encodedTextLimit: limit) {
          cleared += 1
        }
      }
    }
    // Both happen often, or nothing was tried.
    #expect(cleared > 2_000 && found > 2_000, "\(cleared) cleared, \(found) found")
  }

  @Test(arguments: EmbeddedContentTests.beginnings)
  func `a beginning with just enough behind it is seen wherever it stands`(name: String, magic: [UInt8]) {
    var chance = Chance(state: 7)
    for before in 0..<64 {
      for count in [14, 15, 16, 20, 24, 30] {
        let encoded = Data(Self.octets(before % 4, by: &chance) + magic + Self.octets(count, by: &chance))
          .base64EncodedString()
        let text = Array((String(repeating: "a", count: before) + "/?-=" + encoded).utf8)
        #expect(
          ContentFinding.first(in: text.span, encodedTextLimit: 1_024)
            == ContentFinding.searched(text.span, encodedTextLimit: 1_024), "\(name) after \(before)")
      }
    }
  }

  @Test(arguments: EmbeddedContentTests.ordinary) func `addresses with tokens are judged the same`(
    text: String
  ) {
    for length in 0...text.utf8.count {
      let octets = Array(text.utf8.prefix(length))
      #expect(
        ContentFinding.first(in: octets.span, encodedTextLimit: 1_024)
          == ContentFinding.searched(octets.span, encodedTextLimit: 1_024))
    }
  }

  @Test func `a plain address is cleared at once, and what may be content is not`() {
    func isCleared(_ text: String) -> Bool {
      ContentFinding.isCleared(Array(text.utf8).span, encodedTextLimit: 1_024)
    }
    #expect(isCleared("https://www.bad.example/images/view.php?id=6439&page=2#top"))
    #expect(isCleared("https://bad.example/search?q=%22a%20b%22"))
    #expect(!isCleared("https://bad.example/?u=data:image/png;base64,xyz"))
    #expect(!isCleared("https://bad.example/iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAA"))
    #expect(!isCleared("https://bad.example/" + String(repeating: "a", count: 1_005)))
  }
}
