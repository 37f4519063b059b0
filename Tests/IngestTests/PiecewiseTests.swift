// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Testing

/// Bodies that arrive piece by piece are read as if they came whole.
@Suite struct PiecewiseTests {
  private struct Pieces: IteratorProtocol {
    var rest: ArraySlice<UInt8>
    let sizes: [Int]
    var number = 0

    mutating func next() -> [UInt8]? {
      guard !rest.isEmpty else { return nil }
      let size = sizes[number % sizes.count]
      number += 1
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
  }

  private enum Reading: Equatable {
    case items([Result<ParsedItem, ItemRefusal>], SubmissionBody)
    case error(SubmissionBodyError)
  }

  private static func read(
    _ octets: [UInt8], _ format: SubmissionBody.Format, _ sizes: [Int]
  ) -> Reading {
    var terms = SubmissionBody.Terms(format: format, now: Samples.now)
    terms.maximumItems = 1_000
    var items: [Result<ParsedItem, ItemRefusal>] = []
    do throws(SubmissionBodyError) {
      let body = try SubmissionBody(pieces: Pieces(rest: octets[...], sizes: sizes), terms) {
        items.append($0)
      }
      return .items(items, body)
    } catch { return .error(error) }
  }

  private static let bodies: [(SubmissionBody.Format, String)] = [
    (
      .csv,
      "\u{FEFF}url,note,scope\r\nhxxps://bad[.]example/a,\"a \"\"b\"\",\r\nc\",host\r\n\"bäd.example\",,\r\n\r\nx.example,\"q\"z,\n"
    ),
    (.csv, "url,note\na.example,\"never ends\nb.example,\n"), (.csv, "url\r\na.example\r"), (.csv, ""),
    (.csv, "\u{FEFF}"),
    (.csv, "url,criteria,criteria.real\na.example,b/1,yes\n"),
    (.text, "# höhe\r\n http://bad.example:8080/a?b#c \r\n\nhttp://user:pw@xn--bd-fka.example\n10.0.0.1"),
    (.text, "\n\n"),
    (
      .json,
      #"  {"list" : "worst-of","mode":"each","items":[ {"url":"http://bad.example/\u00e4\ud83d\ude00\n"} , {"url":"x.example","note":"ü"},12.50,true,{"url":1e3}]}  "#
    ),
    (.json, #"{"items":[{"url":"a"},{"url":"\ud83d"}]}"#), (.json, #"{"items":[{"url":"a"},}"#),
    (.json, "  \n [1,2]"),
    (.json, #"{"items":[{"url":"a"}]} x"#), (.json, #"{"items":[{"url":"a"}],"items":[]}"#), (.json, "   "),
    (.json, "{\"items\":[\n\n {\"url\":\"a\" \"note\"}]}"),
    (.json, #"{"items":[99999999999999999999.5,{"url":"a"}]}"#),
  ]

  @Test(arguments: bodies) func `any cut gives the same items and the same refusals`(
    format: SubmissionBody.Format, text: String
  ) {
    let octets = Array(text.utf8)
    let whole = Self.read(octets, format, [max(1, octets.count)])
    for sizes in [[1], [2], [3], [4], [5], [7], [11], [1, 16], [0, 3], [64]] {
      #expect(Self.read(octets, format, sizes) == whole, "\(sizes)")
    }
  }

  @Test(arguments: SubmissionBody.Format.allCases) func `broken bodies too`(format: SubmissionBody.Format) {
    var random = SplitMix(state: 11)
    for (_, text) in Self.bodies where format == .text || text.hasPrefix("{") == (format == .json) {
      for _ in 0..<60 {
        var octets = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let at = Int.random(in: 0...octets.count, using: &random)
          if at < octets.count, Bool.random(using: &random) {
            octets[at] = UInt8.random(in: 0...255, using: &random)
          } else {
            octets.insert(UInt8.random(in: 0...255, using: &random), at: at)
          }
        }
        let whole = Self.read(octets, format, [octets.count])
        for sizes in [[1], [3], [5, 2]] {
          #expect(Self.read(octets, format, sizes) == whole, "\(octets)")
        }
      }
    }
  }

  @Test(arguments: [
    (SubmissionBody.Format.csv, "link\na.example\n\u{1}", SubmissionBodyError.Rule.malformedHeader),
    (.json, "{\"items\":[{\"url\" \"a.example\"},            \"\u{1}", .malformedJSON),
    (.csv, "url,note\na.example,\"\u{1}", .invalidUTF8), (.json, "{\"items\":[\"\u{1}", .invalidUTF8),
  ]) func `of two faults the first in the body is told, wherever it is cut`(
    format: SubmissionBody.Format, text: String, rule: SubmissionBodyError.Rule
  ) {
    let octets = text.utf8.map { $0 == 1 ? 0xFF : $0 }
    for sizes in [[octets.count], [1], [2], [3], [7]] {
      guard case .error(let error) = Self.read(octets, format, sizes) else {
        Issue.record("taken")
        continue
      }
      #expect(error.rule == rule, "\(sizes)")
    }
  }

  @Test func `the place of an octet that is no UTF-8 is that in the body, wherever it is cut`() {
    let octets = Array("url\na.example\nb\u{FC}c".utf8) + [0xFC, 0x0A]
    for sizes in [[1], [2], [17], [100]] {
      guard case .error(let error) = Self.read(octets, .csv, sizes) else {
        Issue.record("taken")
        continue
      }
      #expect(error.rule == .invalidUTF8 && error.line == 3 && error.column == 4, "\(error)")
    }
  }

  @Test(arguments: [
    (SubmissionBody.Format.csv, "url,note\n", "a.example,\"", "\"\n"),
    (.text, "", "https://a.example/", "\n"),
    (.json, "{\"items\":[", "{\"url\":\"a.example\",\"note\":\"", "\"}"),
  ]) func `an item of the most octets is read, and judged by its fields; one octet more refuses the body`(
    format: SubmissionBody.Format, head: String, start: String, end: String
  ) {
    let rest = format == .json ? "]}" : ""
    // The line feed of a text line does not count.
    let counted = start.utf8.count + end.utf8.count - (format == .text ? 1 : 0)
    func body(_ length: Int) -> [UInt8] {
      Array((head + start + String(repeating: "x", count: length - counted) + end + rest).utf8)
    }
    for sizes in [[1_000], [65_536], [1 << 20]] {
      guard case .items(let items, _) = Self.read(body(SubmissionBody.itemOctets), format, sizes) else {
        Issue.record("not read")
        continue
      }
      #expect(items.count == 1)
      guard case .error(let error) = Self.read(body(SubmissionBody.itemOctets + 1), format, sizes) else {
        Issue.record("read")
        continue
      }
      #expect(error.rule == .itemTooLong, "\(error)")
    }
  }
}
