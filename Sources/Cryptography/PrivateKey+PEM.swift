// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// PKCS#8 (RFC 5958) in PEM, plain or encrypted with scrypt (RFC 7914) and AES-256-CBC under PBES2.
extension PrivateKey {
  /// The cost of scrypt, 16 MiB: what `openssl pkcs8 -scrypt` uses, and within OpenSSL's bound for reading.
  private static let scrypt: (n: UInt64, r: UInt64, p: UInt64) = (16_384, 8, 1)

  /// Takes `BEGIN PRIVATE KEY`, or `BEGIN ENCRYPTED PRIVATE KEY` with its passphrase.
  ///
  /// - Throws: ``KeyError``.
  public init(pem: String, passphrase: String? = nil) throws(KeyError) {
    let (label, octets) = try PEM.decode(pem, labels: ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
    let info: OpaquePointer
    if label == "PRIVATE KEY" {
      guard let plain = unsafe Self.readPlain(octets) else { throw .malformed }
      unsafe info = plain
    } else {
      guard let passphrase else { throw .passphraseNeeded }
      unsafe info = try Self.decrypt(octets, Array(passphrase.utf8))
    }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
    guard let key = unsafe EVP_PKCS82PKEY(info) else {
      forgetErrors()
      throw .malformed
    }
    try self.init(handle: unsafe KeyHandle(key))
  }

  /// The key in PEM, encrypted when a passphrase is given.
  ///
  /// - Throws: ``KeyError/fault``.
  public func pem(passphrase: String? = nil) throws(KeyError) -> String {
    guard let info = unsafe EVP_PKEY2PKCS8(handle.pointer) else { throw .fault }
    defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
    guard let passphrase else {
      let plain = unsafe der { unsafe i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
      guard let plain else { throw .fault }
      return PEM.encode(plain, label: "PRIVATE KEY")
    }
    let encrypted = try unsafe Self.encrypt(info, Array(passphrase.utf8))
    return PEM.encode(encrypted, label: "ENCRYPTED PRIVATE KEY")
  }

  private static func readPlain(_ octets: [UInt8]) -> OpaquePointer? {
    let info = unsafe octets.withUnsafeBufferPointer { buffer in
      var cursor = buffer.baseAddress
      return unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &cursor, buffer.count)
    }
    if unsafe info == nil { forgetErrors() }
    return unsafe info
  }

  private static func decrypt(_ octets: [UInt8], _ passphrase: [UInt8]) throws(KeyError)
    -> OpaquePointer
  {
    let envelope = unsafe octets.withUnsafeBufferPointer { buffer in
      var cursor = buffer.baseAddress
      return unsafe d2i_X509_SIG(nil, &cursor, buffer.count)
    }
    guard let envelope = unsafe envelope else {
      forgetErrors()
      throw .malformed
    }
    defer { unsafe X509_SIG_free(envelope) }
    let opened = unsafe passphrase.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { buffer in
      unsafe PKCS8_decrypt(envelope, buffer.baseAddress, Int32(clamping: buffer.count))
    }
    guard let opened = unsafe opened else {
      forgetErrors()
      throw .wrongPassphrase
    }
    return unsafe opened
  }

  private static func encrypt(_ info: OpaquePointer, _ passphrase: [UInt8]) throws(KeyError)
    -> [UInt8]
  {
    var salt = randomOctets(16)
    var vector = randomOctets(16)
    let method = unsafe PKCS5_pbe2_set_scrypt(
      EVP_aes_256_cbc(), &salt, Int32(salt.count), &vector, scrypt.n, scrypt.r, scrypt.p)
    guard let method = unsafe method else {
      forgetErrors()
      throw .fault
    }
    let envelope = unsafe passphrase.map(CChar.init(bitPattern:)).withUnsafeBufferPointer { buffer in
      unsafe PKCS8_set0_pbe(buffer.baseAddress, Int32(clamping: buffer.count), info, method)
    }
    guard let envelope = unsafe envelope else {
      unsafe X509_ALGOR_free(method)
      forgetErrors()
      throw .fault
    }
    defer { unsafe X509_SIG_free(envelope) }
    guard let octets = unsafe der({ unsafe i2d_X509_SIG(envelope, $0) }) else { throw .fault }
    return octets
  }
}
