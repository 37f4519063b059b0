// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// Sole owner of an OpenSSL key.
///
/// `@unchecked Sendable`: an `EVP_PKEY` is never changed after creation, and OpenSSL 3 locks what it caches inside.
@safe final class KeyHandle: @unchecked Sendable {
  let pointer: OpaquePointer

  /// Takes ownership of `pointer`.
  init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe EVP_PKEY_free(pointer) }

  func algorithm() throws(KeyError) -> KeyAlgorithm {
    let bits = unsafe EVP_PKEY_get_bits(pointer)
    switch unsafe EVP_PKEY_get_base_id(pointer) {
    case EVP_PKEY_ED25519: return .ed25519
    case EVP_PKEY_EC where isP256: return .ecdsaP256
    case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS:
      guard (2048...8192).contains(bits) else { throw .unsupportedAlgorithm }
      return .rsaPSS
    default: throw .unsupportedAlgorithm
    }
  }

  private var isP256: Bool {
    var name = [CChar](repeating: 0, count: 32)
    let found = unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, nil)
    return found == 1 && name.starts(with: "prime256v1\0".utf8.map(CChar.init(bitPattern:)))
  }

  /// A context ready to sign or verify with the algorithm's own digest and padding.
  func prepare(
    _ context: OpaquePointer?, _ algorithm: KeyAlgorithm, isSigning: Bool
  ) -> Bool {
    let digest = unsafe algorithm == .ed25519 ? nil : EVP_sha256()
    var details: OpaquePointer?
    let started =
      unsafe isSigning
      ? EVP_DigestSignInit(context, &details, digest, nil, pointer)
      : EVP_DigestVerifyInit(context, &details, digest, nil, pointer)
    guard started == 1 else { return false }
    guard algorithm == .rsaPSS else { return true }
    let saltLength = isSigning ? RSA_PSS_SALTLEN_DIGEST : RSA_PSS_SALTLEN_AUTO
    return unsafe EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1
      && EVP_PKEY_CTX_set_rsa_pss_saltlen(details, saltLength) == 1
      && EVP_PKEY_CTX_set_rsa_mgf1_md(details, EVP_sha256()) == 1
  }
}

/// Empties this thread's OpenSSL error queue, which TLS on the same thread would else read as its own.
func forgetErrors() { ERR_clear_error() }

/// The DER that an `i2d` function writes: asked once for the length, once for the octets.
func der(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
  let length = write(nil)
  guard length > 0 else { return nil }
  var octets = [UInt8](repeating: 0, count: Int(length))
  let written = unsafe octets.withUnsafeMutableBufferPointer { buffer in
    // The function moves the cursor to the end of what it wrote.
    var cursor = buffer.baseAddress
    return unsafe write(&cursor)
  }
  return written == length ? octets : nil
}

/// What a `d2i` function makes of `octets`; nil, and freed, if it is not made of all of them.
func whole(
  _ octets: [UInt8], free: (OpaquePointer?) -> Void,
  read: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
) -> OpaquePointer? {
  unsafe octets.withUnsafeBufferPointer { buffer in
    var cursor = buffer.baseAddress
    guard let value = unsafe read(&cursor, buffer.count) else {
      forgetErrors()
      return nil
    }
    if let start = buffer.baseAddress, unsafe cursor == start + buffer.count { return unsafe value }
    unsafe free(value)
    return nil
  }
}
