// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import ListFollowing
import Testing

@Suite struct NameQuestionTests {
  private let question = NameQuestion("a.test", .txt)

  private func answer(id: UInt16 = 7, flags: [UInt8] = [0x81, 0x80], counts: [UInt8], records: [UInt8])
    -> [UInt8]
  {
    [UInt8(id >> 8), UInt8(id & 0xFF)] + flags + [0, 1, 0, counts[0], 0, 0, 0, 0]
      + [1, 0x41, 4, 0x74, 0x65, 0x73, 0x54, 0, 0, 16, 0, 1] + records
  }

  private let text: [UInt8] = [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 6, 2, 0x68, 0x69, 2, 0x79, 0x6F]

  @Test func `a question is a message with recursion desired`() {
    #expect(
      question.message(id: 0x0102) == [
        1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 4, 0x74, 0x65, 0x73, 0x74, 0, 0, 16, 0, 1,
      ])
  }

  @Test(arguments: ["", "a..test", String(repeating: "a", count: 64) + ".test", ".test"])
  func `what is no name is not asked for`(_ name: String) {
    #expect(NameQuestion(name, .a).message(id: 1) == nil)
  }

  @Test func `a label of 63 octets is asked for`() {
    #expect(NameQuestion(String(repeating: "a", count: 63) + ".test", .a).message(id: 1) != nil)
  }

  @Test func `the strings of a text are one`() {
    let found = NameAnswer(answer(counts: [1], records: text), to: question, id: 7)
    #expect(found?.texts == ["hiyo"] && found?.code == 0)
  }

  @Test func `addresses are read past an alias with its own name`() {
    let alias: [UInt8] = [0xC0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 3, 1, 0x62, 0]
    let address: [UInt8] = [1, 0x62, 0, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 9]
    let found = NameAnswer(answer(counts: [2], records: alias + address), to: question, id: 7)
    #expect(found?.addresses == ["192.0.2.9"])
  }

  @Test func `an answer to another question is none`() {
    #expect(NameAnswer(answer(id: 8, counts: [1], records: text), to: question, id: 7) == nil)
    #expect(NameAnswer(answer(counts: [1], records: text), to: NameQuestion("b.test", .txt), id: 7) == nil)
    #expect(NameAnswer(answer(counts: [1], records: text), to: NameQuestion("a.test", .a), id: 7) == nil)
    #expect(NameAnswer(answer(flags: [1, 0x80], counts: [1], records: text), to: question, id: 7) == nil)
  }

  @Test func `a message cut anywhere is none`() {
    let whole = answer(counts: [1], records: text)
    for length in 0..<whole.count {
      #expect(NameAnswer(Array(whole[..<length]), to: question, id: 7) == nil)
    }
  }

  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1:53"), ("192.0.2.1:5353", "192.0.2.1:5353"), ("2001:db8::1", "[2001:db8::1]:53"),
    ("[2001:db8::1]:5353", "[2001:db8::1]:5353"),
  ])
  func `a resolver's address is read`(_ text: String, _ wanted: String) {
    #expect(ResolverAddress(text)?.description == wanted)
  }

  @Test(arguments: [
    "", "localhost", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "[127.0.0.1]:53", "[::1]", "1.2.3",
  ])
  func `what is no address is refused`(_ text: String) { #expect(ResolverAddress(text) == nil) }
}
