// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// A request for a certificate (PKCS#10, RFC 2986), which proves that whoever made it has the private key.
public struct CertificateRequest: Sendable {
  /// SHA-256 of the DER of the SubjectPublicKeyInfo.
  public let keyDigest: SHA256Digest
  let key: KeyHandle

  /// Reads a request in PEM; what it asks for besides the key is not looked at.
  ///
  /// - Throws: ``KeyError/malformed`` also when its signature is not one by the key in it;
  ///   ``KeyError/unsupportedAlgorithm`` for a key other than Ed25519, P-256 and RSA of 2048 to 8192 bits.
  public init(pem text: String) throws(KeyError) {
    let labels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]
    let octets = try PEM.decode(text, labels: labels).octets
    let request = unsafe whole(octets, free: { unsafe X509_REQ_free($0) }) {
      unsafe d2i_X509_REQ(nil, $0, $1)
    }
    guard let request = unsafe request else { throw .malformed }
    defer { unsafe X509_REQ_free(request) }
    guard let pointer = unsafe X509_REQ_get_pubkey(request) else {
      forgetErrors()
      throw .malformed
    }
    key = unsafe KeyHandle(pointer)
    _ = try key.algorithm()
    guard unsafe X509_REQ_verify(request, pointer) == 1 else {
      forgetErrors()
      throw .malformed
    }
    let spki = unsafe X509_REQ_get_X509_PUBKEY(request)
    guard let info = unsafe der({ unsafe i2d_X509_PUBKEY(spki, $0) }) else { throw .malformed }
    keyDigest = SHA256Digest(hashing: info)
  }

  /// A request in PEM by `key`, for the common name `name`.
  ///
  /// - Throws: ``KeyError/fault``.
  public static func pem(for key: PrivateKey, name: String) throws(KeyError) -> String {
    guard let request = unsafe X509_REQ_new() else { throw .fault }
    defer { unsafe X509_REQ_free(request) }
    let digest = unsafe key.algorithm == .ed25519 ? nil : EVP_sha256()
    guard unsafe DistinguishedName.set(name, in: X509_REQ_get_subject_name(request)),
      unsafe X509_REQ_set_pubkey(request, key.handle.pointer) == 1,
      unsafe X509_REQ_sign(request, key.handle.pointer, digest) > 0,
      let octets = unsafe der({ unsafe i2d_X509_REQ(request, $0) })
    else {
      forgetErrors()
      throw .fault
    }
    return PEM.encode(octets, label: "CERTIFICATE REQUEST")
  }
}

/// A name of one part.
enum DistinguishedName {
  static func set(_ commonName: String, in name: OpaquePointer?) -> Bool {
    let octets = Array(commonName.utf8)
    return unsafe X509_NAME_add_entry_by_txt(
      name, "CN", multibyteUTF8, octets, Int32(octets.count), -1, 0) == 1
  }

  /// MBSTRING_UTF8, which is a macro of the library.
  private static let multibyteUTF8: Int32 = 0x1000
}
