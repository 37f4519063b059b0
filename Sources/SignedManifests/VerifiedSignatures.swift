// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
private import Synchronization

/// Signatures that were computed and found good before, so that a poll with nothing new computes none of them again.
///
/// This skips no rule of TUF. Whether a signature is good depends on key, message and signature and on nothing else: the three
/// are kept, as one digest, only after they verified, and are found again only when all three are the same octets. What depends
/// on more is judged anew each time: whose keys speak for the role under the root of now, how many of them must, versions,
/// lengths, hashes, and expiry by the clock of now. A key that is no longer the role's is not asked about at all.
///
/// It holds in memory what this process verified itself; nothing of it is read from a file.
public final class VerifiedSignatures: Sendable {
  private struct Known {
    var digests: Set<SHA256Digest> = []
    /// In the order they came, for dropping the oldest.
    var order: [SHA256Digest] = []
  }

  /// The most that are kept: far more than one repository's files in force bear.
  public static let limit = 256

  private let known = Mutex(Known())

  /// None yet.
  public init() {}

  /// How many are kept.
  public var count: Int { known.withLock { $0.order.count } }

  /// Whether `signature` is `key`'s over `message`.
  func accepts(_ signature: ManifestSignature, over message: [UInt8], by key: PublicKey) -> Bool {
    let digest = Self.digest(signature, message, key)
    if known.withLock({ $0.digests.contains(digest) }) { return true }
    guard signature.verifies(message, with: key) else { return false }
    keep(digest)
    return true
  }

  private func keep(_ digest: SHA256Digest) {
    known.withLock { known in
      guard known.digests.insert(digest).inserted else { return }
      known.order.append(digest)
      if known.order.count > Self.limit { known.digests.remove(known.order.removeFirst()) }
    }
  }

  /// Each part after its length, so that no two triples make the same octets.
  private static func digest(_ signature: ManifestSignature, _ message: [UInt8], _ key: PublicKey)
    -> SHA256Digest
  {
    var hasher = SHA256Hasher()
    for part in [key.spki, Array(signature.sig.utf8), message] {
      hasher.update(Array("\(part.count):".utf8))
      hasher.update(part)
    }
    return hasher.finalize()
  }
}
