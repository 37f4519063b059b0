// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// A public key of a known algorithm and a sound size.
public struct PublicKey: Sendable {
  /// What it verifies.
  public let algorithm: KeyAlgorithm
  /// The DER of the SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
  public let spki: [UInt8]
  private let handle: KeyHandle

  /// Takes the PEM of a SubjectPublicKeyInfo (`BEGIN PUBLIC KEY`).
  ///
  /// - Throws: ``KeyError``.
  public init(pem: String) throws(KeyError) {
    try self.init(spki: PEM.decode(pem, labels: ["PUBLIC KEY"]).octets)
  }

  /// Takes the DER of a SubjectPublicKeyInfo, to its last octet.
  ///
  /// - Throws: ``KeyError``.
  public init(spki: [UInt8]) throws(KeyError) {
    if spki.count == Self.ed25519Prefix.count + 32, spki.starts(with: Self.ed25519Prefix) {
      try self.init(ed25519: Array(spki.suffix(32)))
      return
    }
    let key = unsafe spki.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var cursor = buffer.baseAddress
      guard let key = unsafe d2i_PUBKEY(nil, &cursor, buffer.count) else { return nil }
      let end = unsafe buffer.baseAddress.map { unsafe $0 + buffer.count }
      if unsafe cursor == end { return unsafe key }
      unsafe EVP_PKEY_free(key)
      return nil
    }
    guard let key = unsafe key else {
      forgetErrors()
      throw .malformed
    }
    try self.init(handle: unsafe KeyHandle(key))
  }

  /// Takes the 32 octets of an Ed25519 key (RFC 8032 §5.1.5).
  ///
  /// - Throws: ``KeyError``.
  public init(ed25519 octets: [UInt8]) throws(KeyError) {
    guard octets.count == 32,
      let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, octets, octets.count)
    else {
      forgetErrors()
      throw .malformed
    }
    algorithm = .ed25519
    spki = Self.ed25519Prefix + octets
    handle = unsafe KeyHandle(key)
  }

  /// What stands before the 32 octets in the one DER form of an Ed25519 key (RFC 8410 §4). OpenSSL's general reader and
  /// writer find the same, and take longer over it than over a signature.
  private static let ed25519Prefix: [UInt8] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  init(handle: KeyHandle) throws(KeyError) {
    algorithm = try handle.algorithm()
    guard let spki = unsafe der({ unsafe i2d_PUBKEY(handle.pointer, $0) }) else { throw .fault }
    self.spki = spki
    self.handle = handle
  }

  /// The PEM of the SubjectPublicKeyInfo.
  public var pem: String { PEM.encode(spki, label: "PUBLIC KEY") }

  /// The 32 octets, when this is an Ed25519 key: the end of its SubjectPublicKeyInfo.
  public var ed25519Octets: [UInt8]? { algorithm == .ed25519 ? Array(spki.suffix(32)) : nil }

  /// Whether `signature` is this key's over `message`.
  public func verify(signature: [UInt8], message: [UInt8]) -> Bool {
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    guard unsafe handle.prepare(context, algorithm, isSigning: false) else { return false }
    let isGood =
      unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    if !isGood { forgetErrors() }
    return isGood
  }
}

extension PublicKey: Hashable {
  /// Whether both are the same key.
  public static func == (left: PublicKey, right: PublicKey) -> Bool { left.spki == right.spki }
  /// Hashes the key's DER.
  public func hash(into hasher: inout Hasher) { hasher.combine(spki) }
}
