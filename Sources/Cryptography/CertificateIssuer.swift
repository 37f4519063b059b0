// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import COpenSSL
public import FoundationEssentials

/// Issues client certificates under an authority whose key is here.
///
/// `@unchecked Sendable`: the certificate is never changed after it was read.
@safe public final class CertificateIssuer: @unchecked Sendable {
  private let certificate: OpaquePointer
  private let key: PrivateKey

  /// The authority's certificate and private key, in PEM.
  ///
  /// - Throws: ``KeyError/malformed`` also when they do not belong together.
  public init(certificatePEM: String, keyPEM: String) throws(KeyError) {
    key = try PrivateKey(pem: keyPEM)
    let octets = try PEM.decode(certificatePEM, labels: ["CERTIFICATE"]).octets
    let read = unsafe whole(octets, free: { unsafe X509_free($0) }) { unsafe d2i_X509(nil, $0, $1) }
    guard let read = unsafe read else { throw .malformed }
    guard unsafe X509_check_private_key(read, key.handle.pointer) == 1, unsafe X509_check_ca(read) > 0 else {
      unsafe X509_free(read)
      forgetErrors()
      throw .malformed
    }
    unsafe certificate = read
  }

  deinit { unsafe X509_free(certificate) }

  /// A certificate in PEM for the key of `request`: a client's, no authority's, with the common name `name` and nothing of
  /// what the request asked for.
  ///
  /// - Throws: ``KeyError/fault``.
  public func issue(
    _ request: CertificateRequest, name: String, from: Date, until: Date
  ) throws(KeyError) -> String {
    guard let issued = unsafe X509_new() else { throw .fault }
    defer { unsafe X509_free(issued) }
    let digest = unsafe key.algorithm == .ed25519 ? nil : EVP_sha256()
    guard unsafe X509_set_version(issued, 2) == 1, unsafe setSerial(issued),
      unsafe DistinguishedName.set(name, in: X509_get_subject_name(issued)),
      unsafe X509_set_issuer_name(issued, X509_get_subject_name(certificate)) == 1,
      unsafe ASN1_TIME_set(X509_getm_notBefore(issued), Int(from.timeIntervalSince1970)) != nil,
      unsafe ASN1_TIME_set(X509_getm_notAfter(issued), Int(until.timeIntervalSince1970)) != nil,
      unsafe X509_set_pubkey(issued, request.key.pointer) == 1,
      unsafe extend(issued, NID_basic_constraints, "critical,CA:FALSE"),
      unsafe extend(issued, NID_key_usage, "critical,digitalSignature"),
      unsafe extend(issued, NID_ext_key_usage, "clientAuth"),
      unsafe extend(issued, NID_subject_key_identifier, "hash"),
      unsafe extend(issued, NID_authority_key_identifier, "keyid,issuer"),
      unsafe X509_sign(issued, key.handle.pointer, digest) > 0,
      let octets = unsafe der({ unsafe i2d_X509(issued, $0) })
    else {
      forgetErrors()
      throw .fault
    }
    return PEM.encode(octets, label: "CERTIFICATE")
  }

  /// 127 random bits: never negative, never the same twice.
  private func setSerial(_ issued: OpaquePointer) -> Bool {
    var octets = randomOctets(16)
    octets[0] = octets[0] & 0x7F | 0x40
    guard let number = unsafe BN_bin2bn(octets, Int32(octets.count), nil) else { return false }
    defer { unsafe BN_free(number) }
    return unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(issued)) != nil
  }

  private func extend(_ issued: OpaquePointer, _ kind: Int32, _ value: String) -> Bool {
    var context = unsafe X509V3_CTX()
    unsafe X509V3_set_ctx(&context, certificate, issued, nil, nil, 0)
    guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, kind, value) else { return false }
    defer { unsafe X509_EXTENSION_free(made) }
    return unsafe X509_add_ext(issued, made, -1) == 1
  }
}
