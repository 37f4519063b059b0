// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Commands
import Cryptography
import SignedManifests
import Testing

@Suite struct CommandSignerTests {
  private static let message = Array("to be signed".utf8)

  private func signer(
    _ key: PublicKey, _ run: @escaping @Sendable (String, [UInt8]) throws(CommandFailure) -> [UInt8]
  ) -> CommandSigner {
    CommandSigner("token sign", key: ManifestKey(key, holder: "one"), run: run)
  }

  @Test(arguments: [KeyAlgorithm.ed25519, .ecdsaP256])
  func `the command gets the message, and its signature is taken when it verifies`(
    algorithm: KeyAlgorithm
  ) throws {
    let key = try PrivateKey.generate(algorithm)
    let signer = signer(key.publicKey) { (command, message) throws(CommandFailure) in
      guard command == "token sign", message == Self.message else { throw CommandFailure("not asked so") }
      return (try? key.sign(message)) ?? []
    }
    let signature = try signer.sign(Self.message)
    #expect(key.publicKey.verify(signature: signature, message: Self.message))
  }

  @Test func `a token's plain ECDSA signature becomes DER`() throws {
    // Many rounds, so that r or s also begins with a zero octet or a high bit.
    for _ in 0..<64 {
      let key = try PrivateKey.generate(.ecdsaP256)
      let signature = try signer(key.publicKey) { (_, message) throws(CommandFailure) in
        Self.plain((try? key.sign(message)) ?? [])
      }.sign(Self.message)
      #expect(signature.first == 0x30)
      #expect(key.publicKey.verify(signature: signature, message: Self.message))
    }
  }

  @Test func `a signature by another key, over something else or cut short is refused`() throws {
    let (key, other) = (try PrivateKey.generate(.ed25519), try PrivateKey.generate(.ed25519))
    let good = try key.sign(Self.message)
    let wrong = [try other.sign(Self.message), try key.sign(Self.message + [0]), Array(good.dropLast()), []]
    for octets in wrong {
      let signer = signer(key.publicKey) { (_, _) throws(CommandFailure) in octets }
      let printed = "what the signer command printed (\(octets.count) octets)"
      let fault = SigningFault(detail: "\(printed) is no signature by \(signer.key.label)")
      #expect(throws: fault) { try signer.sign(Self.message) }
    }
  }

  @Test func `a command that fails is told as it said`() throws {
    let key = try PrivateKey.generate(.ed25519)
    let signer = signer(key.publicKey) { (_, _) throws(CommandFailure) in
      throw CommandFailure("the signer command failed (3)")
    }
    #expect(throws: SigningFault(detail: "the signer command failed (3)")) { try signer.sign(Self.message) }
  }

  @Test func `plain numbers become the shortest DER, and no other length is taken`() {
    let short = [UInt8](repeating: 0, count: 31) + [1]
    let high = [0x80] + [UInt8](repeating: 0, count: 31)
    #expect(
      ECDSASignature.der(ofPlain: short + high)
        == [0x30, 38, 2, 1, 1, 2, 33, 0, 0x80] + [UInt8](repeating: 0, count: 31))
    #expect(ECDSASignature.der(ofPlain: short + high + [0]) == nil)
    #expect(ECDSASignature.der(ofPlain: Array((short + high).dropLast())) == nil)
  }

  /// r and s of a DER signature, each in 32 octets, as tokens give them.
  private static func plain(_ der: [UInt8]) -> [UInt8] {
    var rest = der.dropFirst(2)
    var octets: [UInt8] = []
    for _ in 0..<2 {
      let count = Int(rest.dropFirst().first ?? 0)
      let number = rest.dropFirst(2).prefix(count).drop { $0 == 0 }
      octets += [UInt8](repeating: 0, count: max(0, 32 - number.count)) + number
      rest = rest.dropFirst(2 + count)
    }
    return octets
  }
}
