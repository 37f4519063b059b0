// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CZstd

/// Zstandard (RFC 8878), one frame at a time, with or without a prefix that both sides know.
public enum Zstandard {
  /// The strongest level there is.
  public static let strongest: Int32 = 19

  /// `octets` as one frame. The frame does not say how long its content is: whoever carries it does.
  ///
  /// - Parameters:
  ///   - prefix: octets that the reader has too; the frame may refer to them.
  ///   - level: 1 (quick) to 19 (small).
  /// - Throws: `unavailable`.
  public static func compress(_ octets: [UInt8], prefix: [UInt8] = [], level: Int32)
    throws(CompressionError) -> [UInt8]
  {
    guard let context = unsafe ZSTD_createCCtx() else { throw .unavailable }
    defer { unsafe ZSTD_freeCCtx(context) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    if prefix.count + octets.count > 1 << 20, !prefix.isEmpty {
      unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog(prefix.count + octets.count))
    }
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(octets.count))
    let length = unsafe prefix.withUnsafeBytes { prefix in
      unsafe octets.withUnsafeBytes { source in
        unsafe packed.withUnsafeMutableBytes { target in
          // The library leaves a prefix out that lies where the content lies, as that of equal arrays may.
          let apart = unsafe prefix.baseAddress == source.baseAddress ? Array(prefix) : []
          return unsafe apart.withUnsafeBytes { apart in
            let prefix = unsafe apart.isEmpty ? prefix : apart
            unsafe ZSTD_CCtx_refPrefix(context, prefix.baseAddress, prefix.count)
            return unsafe ZSTD_compress2(
              context, target.baseAddress, target.count, source.baseAddress, source.count)
          }
        }
      }
    }
    guard ZSTD_isError(length) == 0 else { throw .unavailable }
    packed.removeLast(packed.count - length)
    return packed
  }

  /// The content of one frame, which must be exactly `length` octets: no more memory than that is taken.
  ///
  /// - Throws: `damaged`, `otherLength`, `unavailable`.
  public static func decompress(_ packed: ArraySlice<UInt8>, prefix: [UInt8] = [], length: Int)
    throws(CompressionError) -> [UInt8]
  {
    guard let context = unsafe ZSTD_createDCtx() else { throw .unavailable }
    defer { unsafe ZSTD_freeDCtx(context) }
    let frame = unsafe packed.withUnsafeBytes { source in
      unsafe ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
    }
    // One frame and nothing behind it: the library would go on with a second one.
    guard ZSTD_isError(frame) == 0, frame == packed.count else { throw .damaged }
    var octets = [UInt8](repeating: 0, count: length)
    let written = unsafe prefix.withUnsafeBytes { prefix in
      unsafe packed.withUnsafeBytes { source in
        unsafe octets.withUnsafeMutableBytes { target in
          unsafe ZSTD_DCtx_refPrefix(context, prefix.baseAddress, prefix.count)
          return unsafe ZSTD_decompressDCtx(
            context, target.baseAddress, target.count, source.baseAddress, source.count)
        }
      }
    }
    guard ZSTD_isError(written) == 0 else {
      throw ZSTD_getErrorCode(written) == ZSTD_error_dstSize_tooSmall
        ? .otherLength(expected: length) : .damaged
    }
    guard written == length else { throw .otherLength(expected: length) }
    return octets
  }

  /// The power of two that holds `octets`.
  private static func windowLog(_ octets: Int) -> Int32 {
    Int32(min(27, max(10, Int.bitWidth - (octets - 1).leadingZeroBitCount)))
  }
}
