// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Compression

/// The text of approvals as it travels in an update body.
public struct PackedApprovals: Hashable, Sendable {
  let section: UpdateSection

  /// Signatures hardly get smaller, whatever time it takes.
  private static let level: Int32 = 3

  /// Packs `text`.
  ///
  /// - Throws: `update` with `damaged` when the library fails.
  public init(_ text: [UInt8]) throws(BlocklistError) {
    do throws(CompressionError) {
      section = try UpdateSection(.approvals, text, .zstd, level: Self.level)
    } catch { throw .update(at: 0, .damaged) }
  }
}
