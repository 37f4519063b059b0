// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
package import SignedManifests

/// A key in a token or in anything else that a command can reach: the message goes to the command's standard input, the
/// signature comes from its standard output.
package struct CommandSigner: MetadataSigner {
  /// The public half, from a file.
  package let key: ManifestKey
  private let command: String
  private let run: @Sendable (String, [UInt8]) throws(CommandFailure) -> [UInt8]

  /// A signer that runs `command` by `/bin/sh`.
  package init(
    _ command: String, key: ManifestKey,
    run: @escaping @Sendable (String, [UInt8]) throws(CommandFailure) -> [UInt8]
  ) {
    self.command = command
    self.key = key
    self.run = run
  }

  /// The signature over `message`, taken only when it verifies with the key given.
  ///
  /// - Throws: ``SigningFault``.
  package func sign(_ message: [UInt8]) throws(SigningFault) -> [UInt8] {
    let octets: [UInt8]
    do throws(CommandFailure) { octets = try run(command, message) } catch {
      throw SigningFault(detail: error.lines.joined(separator: " "))
    }
    // Tokens give ECDSA as two plain numbers; metadata carries the DER of them.
    for signature in [octets, ECDSASignature.der(ofPlain: octets)].compactMap({ $0 })
    where key.publicKey?.verify(signature: signature, message: message) == true {
      return signature
    }
    throw SigningFault(
      detail: "what the signer command printed (\(octets.count) octets) is no signature by \(key.label)")
  }
}

/// The two spellings of an ECDSA signature on P-256.
package enum ECDSASignature {
  /// The DER (RFC 3279 §2.2.3) of 32 + 32 octets, r and s; nil for another length.
  package static func der(ofPlain octets: [UInt8]) -> [UInt8]? {
    guard octets.count == 64 else { return nil }
    let numbers = integer(octets[..<32]) + integer(octets[32...])
    return [0x30, UInt8(numbers.count)] + numbers
  }

  private static func integer(_ octets: ArraySlice<UInt8>) -> [UInt8] {
    var number = Array(octets.drop { $0 == 0 })
    if number.isEmpty || number[0] >= 0x80 { number.insert(0, at: 0) }
    return [0x02, UInt8(number.count)] + number
  }
}

/// The options that say who signs, and what they come to.
enum KeySource {
  static let passphrase = OptionSpecification.value(
    "passphrase-file", "FILE", "file with the passphrase of the private keys; else asked for at the terminal")
  static let signWith: [OptionSpecification] =
    [
      .value("sign-with", "FILE.pem", "sign with this holder's private key, on this machine", repeats: true)
    ] + token
  static let token: [OptionSpecification] = [
    .value(
      "signer", "COMMAND",
      "sign with a token: the command gets the message on standard input and prints the signature"),
    .value("public", "FILE.pub", "the public key of --signer"), passphrase,
  ]

  /// Everyone who shall sign at once: `--sign-with` (or `--key`) files, and the token behind `--signer`.
  static func signers(
    _ arguments: Arguments, _ context: CommandContext, files option: String = "sign-with"
  ) throws(CommandFailure) -> [any MetadataSigner] {
    let files = KeyFiles(context)
    var signers: [any MetadataSigner] = []
    for path in arguments.all(option) {
      signers.append(try files.signer(path, passphraseFile: arguments.value("passphrase-file")))
    }
    guard arguments.has("signer") == arguments.has("public") else {
      throw CommandFailure("--signer and --public go together")
    }
    if let command = arguments.value("signer") {
      let key = try files.publicKey(arguments.required("public"), passphraseFile: nil)
      signers.append(CommandSigner(command, key: key, run: context.runSigner))
    }
    return signers
  }
}
