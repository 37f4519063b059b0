// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
private import Synchronization

/// What a follower has worked out before, so that a poll with nothing new neither reads a file nor computes a signature again.
///
/// This skips no rule of TUF. Whether a signature is good depends on key, message and signature and on nothing else: the three
/// are kept, as one digest, only after they verified, and are found again only when all three are the same octets. What a file
/// says depends on its octets alone, and it is found again by their digest, as unverified as it was. What depends on more is
/// judged anew each time: whose keys speak for the role under the root of now, how many of them must, versions, lengths,
/// hashes, and expiry by the clock of now. A key that is no longer the role's is not asked about at all.
///
/// It holds in memory what this process worked out itself; nothing of it is read from a file.
public final class MetadataMemory: Sendable {
  private struct Known {
    var digests: Set<SHA256Digest> = []
    /// In the order they came, for dropping the oldest.
    var order: [SHA256Digest] = []
  }

  private struct Files {
    var read: [SHA256Digest: any Sendable] = [:]
    /// In the order they came, for dropping the oldest.
    var order: [SHA256Digest] = []
  }

  /// The most signatures that are kept: far more than one repository's files in force bear.
  public static let signatureLimit = 256
  /// The most files that are kept: those in force, and some of before.
  public static let fileLimit = 16
  /// Files of more octets are read each time.
  public static let fileOctets = 1 << 20

  private let known = Mutex(Known())
  private let files = Mutex(Files())

  /// Nothing yet.
  public init() {}

  /// How many files are kept.
  public var fileCount: Int { files.withLock { $0.order.count } }

  /// How many signatures are kept.
  public var signatureCount: Int { known.withLock { $0.order.count } }

  /// The file of these octets, as if it had been read now.
  ///
  /// - Throws: ``ManifestRefusal/malformed(role:detail:)``, ``ManifestRefusal/tooLarge(name:limit:)``.
  func file<Role>(_ octets: [UInt8], maximumOctets: Int) throws(ManifestRefusal) -> UnverifiedMetadata<Role> {
    guard octets.count <= min(maximumOctets, Self.fileOctets) else {
      return try UnverifiedMetadata(parsing: octets, maximumOctets: maximumOctets)
    }
    let digest = SHA256Digest(hashing: octets)
    if let read = files.withLock({ $0.read[digest] }) as? UnverifiedMetadata<Role> { return read }
    let file = try UnverifiedMetadata<Role>(parsing: octets, maximumOctets: maximumOctets)
    files.withLock { files in
      if files.read.updateValue(file, forKey: digest) == nil { files.order.append(digest) }
      if files.order.count > Self.fileLimit { files.read[files.order.removeFirst()] = nil }
    }
    return file
  }

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
      if known.order.count > Self.signatureLimit { known.digests.remove(known.order.removeFirst()) }
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
