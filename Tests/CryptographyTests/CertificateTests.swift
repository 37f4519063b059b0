// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Foundation
import Testing

@Suite struct CertificateTests {
  /// A request whose signature is by the key in it, as `openssl req` made it.
  private static func requested(_ algorithm: KeyAlgorithm) throws -> (PrivateKey, String) {
    let key = try PrivateKey.generate(algorithm)
    return (key, try CertificateRequest.pem(for: key, name: "isp-coral"))
  }

  @Test(arguments: [KeyAlgorithm.ed25519, .ecdsaP256])
  func `a request proves the key in it`(algorithm: KeyAlgorithm) throws {
    let (key, pem) = try Self.requested(algorithm)
    #expect(pem.hasPrefix("-----BEGIN CERTIFICATE REQUEST-----\n"))
    let request = try CertificateRequest(pem: pem)
    let again = try CertificateRequest(pem: pem)
    #expect(request.keyDigest == again.keyDigest)
    let other = try Self.requested(algorithm)
    #expect(other.0.publicKey != key.publicKey)
    #expect(try CertificateRequest(pem: other.1).keyDigest != request.keyDigest)
  }

  @Test func `a request with one octet changed, or of another kind, is refused`() throws {
    let (_, pem) = try Self.requested(.ecdsaP256)
    let lines = pem.split(separator: "\n").map(String.init)
    for line in 1..<(lines.count - 1) {
      var changed = lines
      changed[line] = String(changed[line].reversed())
      guard changed[line] != lines[line] else { continue }
      #expect(throws: KeyError.self) { try CertificateRequest(pem: changed.joined(separator: "\n")) }
    }
    for text in ["", "x", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"] {
      #expect(throws: KeyError.self) { try CertificateRequest(pem: text) }
    }
  }

  /// As `openssl` made them; they are what the fuzz entry begins with, too.
  private static func seed(_ name: String) throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return String(
      decoding: try Data(contentsOf: root.appending(path: "Fuzz/seeds/pem/" + name)), as: UTF8.self)
  }

  /// The block of `pem` with other octets in it.
  private static func changed(_ pem: String, _ change: ([UInt8]) -> [UInt8]) throws -> String {
    var lines = pem.split(separator: "\n").map(String.init)
    let octets = try #require(Data(base64Encoded: lines[1..<(lines.count - 1)].joined()))
    lines.replaceSubrange(1..<(lines.count - 1), with: [Data(change(Array(octets))).base64EncodedString()])
    return lines.joined(separator: "\n")
  }

  @Test(arguments: ["p256", "ed25519"])
  func `a block is read to its last octet, or not at all`(kind: String) throws {
    let certificate = try Self.seed("certificate-" + kind)
    let request = try Self.seed("request-" + kind)
    let pin = try CertificateSPKI.digest(ofPEM: certificate)
    #expect(try CertificateSPKI.digest(ofPEM: Self.changed(certificate) { $0 }) == pin)
    _ = try CertificateRequest(pem: Self.changed(request) { $0 })
    for change: ([UInt8]) -> [UInt8] in [{ $0 + [0] }, { $0 + $0 }, { $0.dropLast() }] {
      #expect(throws: KeyError.malformed) {
        try CertificateSPKI.digest(ofPEM: Self.changed(certificate, change))
      }
      #expect(throws: KeyError.malformed) { try CertificateRequest(pem: Self.changed(request, change)) }
    }
  }

  @Test func `an issuer without an authority's certificate is none`() throws {
    let key = try PrivateKey.generate(.ecdsaP256).pem()
    #expect(throws: KeyError.self) { try CertificateIssuer(certificatePEM: "x", keyPEM: key) }
  }
}
