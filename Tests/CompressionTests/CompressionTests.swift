// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Compression
import Testing

@Suite struct CompressionTests {
  private static let text = Array(String(repeating: "one.example\ntwo.test\n", count: 400).utf8)

  @Test(arguments: [0, 1, 100, 8400])
  func `what zstd packs it unpacks, with and without a prefix`(_ count: Int) throws {
    let octets = Array(Self.text.prefix(count))
    for prefix in [[], Array("some.example\nother.test\n".utf8)] {
      let packed = try Zstandard.compress(octets, prefix: prefix, level: 19)
      #expect(try Zstandard.decompress(packed[...], prefix: prefix, length: count) == octets)
    }
  }

  @Test func `a prefix spares what it holds`() throws {
    let prefix = (0..<40).flatMap { Array("name-\($0 &* 7919)-that-both-know.example\n".utf8) }
    let without = try Zstandard.compress(prefix, level: 19)
    #expect(try Zstandard.compress(prefix, prefix: prefix, level: 19).count < without.count / 2)
  }

  @Test func `a frame with another length than said is refused, shorter and longer`() throws {
    let packed = try Zstandard.compress(Self.text, level: 3)
    for length in [Self.text.count - 1, Self.text.count + 1] {
      #expect(throws: CompressionError.otherLength(expected: length)) {
        try Zstandard.decompress(packed[...], length: length)
      }
    }
  }

  @Test func `a cut frame, and octets behind a frame, are refused`() throws {
    let packed = try Zstandard.compress(Self.text, level: 3)
    for damaged in [packed.dropLast()[...], (packed + [0])[...], (packed + packed)[...], []] {
      #expect(throws: CompressionError.damaged) {
        try Zstandard.decompress(damaged, length: Self.text.count)
      }
    }
  }

  @Test(arguments: [0, 1, 100, 8400])
  func `what gzip packs it unpacks, the same octets every time`(_ count: Int) throws {
    let octets = Array(Self.text.prefix(count))
    let packed = try Gzip.compress(octets)
    #expect(try Gzip.compress(octets) == packed)
    #expect(try Gzip.decompress(packed, length: count) == octets)
  }

  @Test func `a gzip member with another length than said, cut or followed is refused`() throws {
    let packed = try Gzip.compress(Self.text)
    for length in [Self.text.count - 1, Self.text.count + 1] {
      #expect(throws: CompressionError.otherLength(expected: length)) {
        try Gzip.decompress(packed, length: length)
      }
    }
    #expect(throws: CompressionError.damaged) {
      try Gzip.decompress(Array(packed.dropLast()), length: Self.text.count)
    }
    #expect(throws: CompressionError.damaged) {
      try Gzip.decompress(packed + [0], length: Self.text.count)
    }
  }
}
