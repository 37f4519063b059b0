// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Compression
private import Synchronization

/// The packed forms of a file's octets, filled in once they are made; until then there are none.
///
/// A form that spares less than an eighth is not kept, so all forms together take less than twice the file.
public final class PackedForms: Sendable {
  /// How octets can be packed for transfer, by the names of RFC 9110 §8.4.1 and RFC 8878.
  public enum Coding: String, CaseIterable, Hashable, Sendable {
    case zstd
    case gzip
  }

  private let forms = Mutex<[Coding: [UInt8]]>([:])

  init() {}

  /// The octets in a coding; nil when they have not been packed so, or are not worth it.
  public func octets(_ coding: Coding) -> [UInt8]? { forms.withLock { $0[coding] } }

  /// The codings that there are.
  public var codings: Set<Coding> { Set(forms.withLock { $0.keys }) }

  /// Files shorter than this are not packed.
  static let leastOctets = 256

  /// Packs `octets`.
  func fill(with octets: [UInt8], zstdLevel: Int32, gzipLevel: Int32 = 6) {
    guard octets.count >= Self.leastOctets else { return }
    keep(try? Zstandard.compress(octets, level: zstdLevel), as: .zstd, of: octets.count)
    keep(try? Gzip.compress(octets, level: gzipLevel), as: .gzip, of: octets.count)
  }

  private func keep(_ packed: [UInt8]?, as coding: Coding, of length: Int) {
    guard let packed, packed.count < length - length / 8 else { return }
    forms.withLock { $0[coding] = packed }
  }
}
