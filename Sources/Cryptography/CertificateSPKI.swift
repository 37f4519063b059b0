// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL

/// The pin of a certificate: its public key, which renewals keep.
public enum CertificateSPKI {
  /// SHA-256 of the DER of the SubjectPublicKeyInfo of the first certificate in `text`.
  ///
  /// - Throws: ``KeyError/malformed``.
  public static func digest(ofPEM text: String) throws(KeyError) -> SHA256Digest {
    let octets = try PEM.decode(text, labels: ["CERTIFICATE"]).octets
    let certificate = unsafe whole(octets, free: { unsafe X509_free($0) }) { unsafe d2i_X509(nil, $0, $1) }
    guard let certificate = unsafe certificate else { throw .malformed }
    defer { unsafe X509_free(certificate) }
    let key = unsafe X509_get_X509_PUBKEY(certificate)
    guard let spki = unsafe der({ unsafe i2d_X509_PUBKEY(key, $0) }) else { throw .malformed }
    return SHA256Digest(hashing: spki)
  }
}
