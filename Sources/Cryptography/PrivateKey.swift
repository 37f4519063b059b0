// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// A private key; its secret never appears in a description.
public struct PrivateKey: Sendable, CustomStringConvertible {
  /// The public half.
  public let publicKey: PublicKey
  let handle: KeyHandle

  /// What it signs with.
  public var algorithm: KeyAlgorithm { publicKey.algorithm }

  /// The algorithm alone.
  public var description: String { "a private \(algorithm.rawValue) key" }

  /// A new key; RSA keys are verified but not made here.
  ///
  /// - Throws: ``KeyError/unsupportedAlgorithm``, ``KeyError/fault``.
  public static func generate(_ algorithm: KeyAlgorithm) throws(KeyError) -> PrivateKey {
    guard algorithm != .rsaPSS else { throw .unsupportedAlgorithm }
    let kind = algorithm == .ed25519 ? EVP_PKEY_ED25519 : EVP_PKEY_EC
    let context = unsafe EVP_PKEY_CTX_new_id(kind, nil)
    defer { unsafe EVP_PKEY_CTX_free(context) }
    guard unsafe EVP_PKEY_keygen_init(context) == 1 else { throw .fault }
    if algorithm == .ecdsaP256 {
      let curve = unsafe EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1)
      guard curve == 1 else { throw .fault }
    }
    var key: OpaquePointer?
    guard unsafe EVP_PKEY_keygen(context, &key) == 1, let key = unsafe key else { throw .fault }
    return try PrivateKey(handle: unsafe KeyHandle(key))
  }

  /// The Ed25519 key of a 32-octet seed (RFC 8032 §5.1.5).
  ///
  /// - Throws: ``KeyError/malformed`` when there are not 32 octets.
  public init(ed25519Seed seed: [UInt8]) throws(KeyError) {
    guard seed.count == 32,
      let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
    else {
      forgetErrors()
      throw .malformed
    }
    try self.init(handle: unsafe KeyHandle(key))
  }

  init(handle: KeyHandle) throws(KeyError) {
    publicKey = try PublicKey(handle: handle)
    self.handle = handle
  }

  /// The signature over `message`.
  ///
  /// - Throws: ``KeyError/fault``.
  public func sign(_ message: [UInt8]) throws(KeyError) -> [UInt8] {
    let context = unsafe EVP_MD_CTX_new()
    defer { unsafe EVP_MD_CTX_free(context) }
    var length = 0
    guard unsafe handle.prepare(context, algorithm, isSigning: true),
      unsafe EVP_DigestSign(context, nil, &length, message, message.count) == 1
    else { throw .fault }
    var signature = [UInt8](repeating: 0, count: length)
    guard unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
      forgetErrors()
      throw .fault
    }
    return Array(signature.prefix(length))
  }
}
