// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
public import Cryptography

/// A file as it is served: octets that never change, kept, or rendered when they are asked for.
public struct PublishedFile: Hashable, Sendable {
  /// SHA-256 of the whole content; the strong entity tag is made of it.
  public let digest: SHA256Digest
  /// Octets of the whole content.
  public let length: Int
  /// The media type to serve it with.
  public let mediaType: String
  /// The same octets packed for transfer, as far as that is done.
  public let packed: PackedForms
  private let content: Content

  private enum Content: Sendable {
    case held([UInt8])
    case rendered(RenderedFile)
  }

  /// A file of `octets`.
  public init(octets: [UInt8], mediaType: String) {
    self.digest = SHA256Digest(hashing: octets)
    self.length = octets.count
    self.mediaType = mediaType
    self.packed = PackedForms()
    self.content = .held(octets)
  }

  /// The list itself.
  init(_ list: Blocklist, mediaType: String) {
    self.digest = list.digest
    self.length = list.octets.count
    self.mediaType = mediaType
    self.packed = PackedForms()
    self.content = .held(list.octets)
  }

  /// A file whose octets lie on a shelf, and are rendered again when they had to make room.
  init(_ rendered: RenderedFile, digest: SHA256Digest, length: Int, mediaType: String) {
    self.digest = digest
    self.length = length
    self.mediaType = mediaType
    self.packed = PackedForms()
    self.content = .rendered(rendered)
  }

  /// The whole content. Unless `isAtHand`, it is rendered first, which takes a moment. Empty when what was rendered is not
  /// what was signed: that is never served.
  public var octets: [UInt8] {
    switch content {
    case .held(let octets): octets
    case .rendered(let file): file.octets(having: digest)
    }
  }

  /// Whether `octets` cost nothing.
  public var isAtHand: Bool {
    switch content {
    case .held: true
    case .rendered(let file): file.isAtHand
    }
  }

  /// Whether both have the same content and media type.
  public static func == (left: PublishedFile, right: PublishedFile) -> Bool {
    left.digest == right.digest && left.mediaType == right.mediaType
  }

  /// Hashes the digest.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
