// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Cryptography
import Testing

struct SignatureTests {
  /// RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
  private static let vectors: [(String, String, String, String)] = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    ),
  ]

  @Test(arguments: vectors)
  func `Ed25519 agrees with RFC 8032`(seed: String, key: String, message: String, signature: String) throws {
    let message = try #require(Hex.decode(message))
    let secret = try PrivateKey(ed25519Seed: try #require(Hex.decode(seed)))
    #expect(secret.publicKey.ed25519Octets.map(Hex.encode) == key)
    #expect(Hex.encode(try secret.sign(message)) == signature)
    let octets = try #require(Hex.decode(signature))
    #expect(secret.publicKey.verify(signature: octets, message: message))
    for index in octets.indices {
      var flipped = octets
      flipped[index] ^= 1
      #expect(!secret.publicKey.verify(signature: flipped, message: message))
    }
    #expect(!secret.publicKey.verify(signature: octets, message: message + [0]))
    #expect(!secret.publicKey.verify(signature: [], message: message))
  }

  @Test(arguments: [KeyAlgorithm.ed25519, .ecdsaP256])
  func `a key survives its PEM, plain and encrypted`(algorithm: KeyAlgorithm) throws {
    let key = try PrivateKey.generate(algorithm)
    let public_ = try PublicKey(pem: key.publicKey.pem)
    #expect(public_ == key.publicKey)
    for passphrase in [nil, "correct horse"] {
      let pem = try key.pem(passphrase: passphrase)
      #expect(pem.contains("ENCRYPTED") == (passphrase != nil))
      let again = try PrivateKey(pem: pem, passphrase: passphrase)
      #expect(public_.verify(signature: try again.sign([1, 2, 3]), message: [1, 2, 3]))
      #expect(!public_.verify(signature: try again.sign([1, 2, 3]), message: [1, 2, 4]))
    }
  }

  @Test func `an encrypted key asks for its passphrase and refuses another`() throws {
    let pem = try PrivateKey.generate(.ed25519).pem(passphrase: "right")
    #expect(throws: KeyError.passphraseNeeded) { try PrivateKey(pem: pem) }
    #expect(throws: KeyError.wrongPassphrase) { try PrivateKey(pem: pem, passphrase: "wrong") }
  }

  @Test(arguments: [
    "", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    "-----BEGIN PUBLIC KEY-----\n",
  ])
  func `what is no key is refused`(text: String) {
    #expect(throws: KeyError.malformed) { try PublicKey(pem: text) }
    #expect(throws: KeyError.malformed) { try PrivateKey(pem: text) }
    #expect(throws: KeyError.malformed) { try CertificateSPKI.digest(ofPEM: text) }
  }

  @Test func `a secret is not in a description`() throws {
    #expect("\(try PrivateKey.generate(.ed25519))" == "a private ed25519 key")
  }

  @Test func `SHA-256 agrees with FIPS 180-4, in one part or many`() {
    let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(SHA256Digest(hashing: Array("abc".utf8)).hex == expected)
    var hasher = SHA256Hasher()
    for octet in "abc".utf8 { hasher.update([octet]) }
    #expect(hasher.finalize().hex == expected)
    #expect(
      SHA256Digest(hashing: []).hex
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(Hex.encode(sha512(Array("abc".utf8))).hasPrefix("ddaf35a193617abacc417349ae204131"))
  }

  @Test func `comparison in constant time compares`() {
    #expect(constantTimeEquals([1, 2], [1, 2]))
    #expect(!constantTimeEquals([1, 2], [1, 3]))
    #expect(!constantTimeEquals([1, 2], [1]))
    #expect(constantTimeEquals([], []))
    #expect(randomOctets(32) != randomOctets(32))
  }

  @Test func `an Ed25519 key is the same by its octets, by its DER and by OpenSSL's`() throws {
    let key = try PrivateKey.generate(.ed25519).publicKey
    let octets = try #require(key.ed25519Octets)
    #expect(try PublicKey(ed25519: octets) == key)
    #expect(try PublicKey(spki: key.spki) == key)
    #expect(try PublicKey(spki: key.spki).ed25519Octets == octets)
    for broken in [Array(key.spki.dropLast()), key.spki + [0], [0x31] + key.spki.dropFirst()] {
      #expect(throws: KeyError.malformed) { try PublicKey(spki: broken) }
    }
  }
}
