// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

/// A file as it is served: octets that were rendered once and never change.
public struct PublishedFile: Hashable, Sendable {
  /// The whole content.
  public let octets: [UInt8]
  /// SHA-256 of `octets`; the strong entity tag is made of it.
  public let digest: SHA256Digest
  /// The media type to serve it with.
  public let mediaType: String

  /// A file of `octets`.
  public init(octets: [UInt8], mediaType: String) {
    self.octets = octets
    self.digest = SHA256Digest(hashing: octets)
    self.mediaType = mediaType
  }

  /// Whether both have the same content and media type.
  public static func == (left: PublishedFile, right: PublishedFile) -> Bool {
    left.digest == right.digest && left.mediaType == right.mediaType
  }

  /// Hashes the digest.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
