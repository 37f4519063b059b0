// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CZlib

/// The gzip coding (RFC 1952), one member.
public enum Gzip {
  /// 15 bits of window, and 16 for a gzip head and tail instead of zlib's.
  private static let windowBits: Int32 = 15 + 16
  /// What zlib's counters hold at once.
  private static let maximumPiece = 1 << 30

  /// `octets` as one member, without a name or a time, so that the same octets give the same member.
  ///
  /// - Parameter level: 1 (quick) to 9 (small).
  /// - Throws: `unavailable`.
  public static func compress(_ octets: [UInt8], level: Int32 = 6) throws(CompressionError) -> [UInt8] {
    var stream = unsafe z_stream()
    guard unsafe cordon_deflate_init(&stream, level, windowBits) == Z_OK else { throw .unavailable }
    defer { unsafe deflateEnd(&stream) }
    var packed = [UInt8](repeating: 0, count: unsafe Int(deflateBound(&stream, UInt(octets.count))) + 32)
    let isDone = unsafe octets.withUnsafeBytes { source in
      unsafe packed.withUnsafeMutableBytes { target in
        unsafe run(&stream, from: source, into: target) { unsafe deflate(&$0, $1) }
      }
    }
    guard isDone else { throw .unavailable }
    packed.removeLast(packed.count - Int(unsafe stream.total_out))
    return packed
  }

  /// The content of one member, which must be exactly `length` octets.
  ///
  /// - Throws: `damaged`, `otherLength`, `unavailable`.
  public static func decompress(_ packed: [UInt8], length: Int) throws(CompressionError) -> [UInt8] {
    var stream = unsafe z_stream()
    guard unsafe cordon_inflate_init(&stream, windowBits) == Z_OK else { throw .unavailable }
    defer { unsafe inflateEnd(&stream) }
    // One octet more, so that a longer content is noticed.
    var octets = [UInt8](repeating: 0, count: length + 1)
    let isDone = unsafe packed.withUnsafeBytes { source in
      unsafe octets.withUnsafeMutableBytes { target in
        unsafe run(&stream, from: source, into: target) { unsafe inflate(&$0, $1) }
      }
    }
    let (taken, given) = unsafe (Int(stream.total_in), Int(stream.total_out))
    guard given <= length else { throw .otherLength(expected: length) }
    guard isDone, taken == packed.count else { throw .damaged }
    guard given == length else { throw .otherLength(expected: length) }
    octets.removeLast()
    return octets
  }

  /// Runs a stream over all of `source`. Answers whether it came to its end.
  private static func run(
    _ stream: inout z_stream, from source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer,
    _ step: (inout z_stream, Int32) -> Int32
  ) -> Bool {
    var (taken, given) = (0, 0)
    while true {
      let input = min(source.count - taken, maximumPiece)
      let output = min(target.count - given, maximumPiece)
      unsafe stream.next_in = unsafe UnsafeMutablePointer(
        mutating: source.baseAddress?.advanced(by: taken).assumingMemoryBound(to: UInt8.self))
      unsafe stream.avail_in = UInt32(input)
      unsafe stream.next_out = unsafe target.baseAddress?.advanced(by: given)
        .assumingMemoryBound(to: UInt8.self)
      unsafe stream.avail_out = UInt32(output)
      let isLast = input == source.count - taken
      let status = unsafe step(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
      taken += input - Int(unsafe stream.avail_in)
      given += output - Int(unsafe stream.avail_out)
      if status == Z_STREAM_END { return true }
      let isStuck = given == target.count || isLast && taken == source.count
      guard status == Z_OK || status == Z_BUF_ERROR, !isStuck else { return false }
    }
  }
}
