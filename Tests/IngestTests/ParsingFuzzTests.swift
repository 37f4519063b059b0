// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Names
import Testing

/// Random numbers that are the same for the same seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Bodies made by breaking sound ones, always in the same way. CORDON_FUZZ_ROUNDS sets how many of each format.
@Suite struct ParsingFuzzTests {
  private static let rounds =
    ProcessInfo.processInfo.environment["CORDON_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1500

  private static let sound: [SubmissionBody.Format: String] = [
    .csv:
      "url,note,scope\r\nhxxps://bad[.]example/a,\"a \"\"b\"\",\r\nc\",host\r\n\"b\u{e4}d.example\",,\r\n",
    .json:
      #"{"list":"worst-of","mode":"each","items":[{"url":"http://bad.example/\u00e4"},{"url":"x.example"}]}"#,
    .text: "# head\n http://bad.example:8080/a?b#c \r\n\nhttp://user:pw@xn--bd-fka.example\n10.0.0.1\n",
  ]

  private static let pieces: [[UInt8]] =
    [
      "\"", "\"\"", ",", "\r", "\n", "\\", "{", "]", ":", "#", "%00", "%zz", "[.]", "data:,x", "\u{FEFF}",
      "..",
    ]
    .map { Array($0.utf8) } + [[0], [0xff], [0xc3], [0xed, 0xa0, 0x80]]

  @Test(arguments: SubmissionBody.Format.allCases)
  func `a broken body is refused or read, never a crash, and every refusal has a place in it`(
    format: SubmissionBody.Format
  ) throws {
    var random = SplitMix(state: 7)
    let admission = Admission(
      names: Samples.rules, guards: GuardList([try Samples.guarded("big.example", .never)]))
    for _ in 0..<Self.rounds {
      var octets = Array((Self.sound[format] ?? "").utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) { Self.mutate(&octets, &random) }
      let lines = octets.count { $0 == 0x0a } + 1
      do throws(SubmissionBodyError) {
        let body = try ReadBody(octets, format, most: 50)
        for item in body.items {
          guard case .failure(let refusal) = item.flatMap({ admission.admit($0) }) else { continue }
          #expect(refusal.column >= 1 && refusal.line >= 1 && !refusal.rule.isEmpty)
          #expect(format == .json || refusal.line <= lines)
        }
      } catch {
        #expect(error.line >= 1 && error.line <= lines && error.column >= 1)
      }
    }
  }

  private static func mutate(_ octets: inout [UInt8], _ random: inout SplitMix) {
    let at = Int.random(in: 0...octets.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: octets.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)], at: at)
    case 1: octets.removeSubrange(at..<min(octets.count, at + Int.random(in: 1...5, using: &random)))
    case 2 where at < octets.count: octets[at] = UInt8.random(in: 0...255, using: &random)
    default: octets.insert(contentsOf: octets[at..<min(octets.count, at + 12)], at: at)
    }
  }
}
