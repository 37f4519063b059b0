// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// A file without a name, of this process alone: what is written to it goes when it is let go, or with the process.
///
/// One thread at a time may use it.
public struct SpoolFile: ~Copyable, Sendable {
  private let descriptor: Int32
  /// Octets written.
  public private(set) var count = 0

  /// A new file on the disk of `folder`; nil when there can be none.
  public init?(in folder: String) {
    let descriptor = unsafe cordon_open_spool(folder)
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// Appends octets.
  ///
  /// - Returns: whether all could be written.
  public mutating func append(_ octets: Span<UInt8>) -> Bool {
    // The call reads the octets before the closure ends.
    unsafe octets.withUnsafeBytes { bytes in
      var rest = unsafe bytes[...]
      while unsafe !rest.isEmpty {
        let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let written = unsafe pwrite(descriptor, part.baseAddress, part.count, off_t(count))
        if written < 0, cordon_errno() == EINTR { continue }
        guard written > 0 else { return false }
        count += written
        unsafe rest = unsafe rest.dropFirst(written)
      }
      return true
    }
  }

  /// Up to `most` octets from `offset` on; fewer, or none, at the end only; nil when they cannot be read.
  public func read(_ most: Int, at offset: Int) -> [UInt8]? {
    let wanted = max(0, min(most, count - offset))
    var isWhole = true
    let octets = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted {
        let part = unsafe UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let got = unsafe pread(descriptor, part.baseAddress, wanted - filled, off_t(offset + filled))
        if got < 0, cordon_errno() == EINTR { continue }
        guard got > 0 else {
          isWhole = false
          return
        }
        filled += got
      }
    }
    return isWhole ? octets : nil
  }
}
