// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
private import ListFollowing
package import SignedManifests
private import StrictJSON

/// Key and root files on a key holder's machine.
package struct KeyFiles {
  private let context: CommandContext

  /// Files reached through a command's context.
  package init(_ context: CommandContext) { self.context = context }

  /// A private key and its holder's name, ready to sign.
  package func signer(_ path: String, passphraseFile: String?) throws(CommandFailure) -> KeySigner {
    let octets = try context.contents(of: path, maximumOctets: 1 << 16)
    var passphrase = try passphrase(in: passphraseFile)
    let text = String(decoding: octets, as: UTF8.self)
    if passphrase == nil, text.contains("BEGIN ENCRYPTED PRIVATE KEY") {
      passphrase = context.askPassphrase("passphrase of \(path): ")
    }
    do {
      let key = try PrivateKey(pem: text, passphrase: passphrase)
      return KeySigner(key, holder: holder(of: path))
    } catch {
      throw CommandFailure("cannot use the key in \(path): \(error.words)")
    }
  }

  /// A passphrase, without the line end.
  package func passphrase(in path: String?) throws(CommandFailure) -> String? {
    guard let path else { return nil }
    let text = String(decoding: try context.contents(of: path, maximumOctets: 4096), as: UTF8.self)
    return String(text.prefix { !$0.isNewline })
  }

  /// The public keys in a file: one key, an array of them, or an object with `keys`.
  package func publicKeys(_ path: String) throws(CommandFailure) -> [ManifestKey] {
    let value = try json(path)
    let values = value.arrayValue ?? value["keys"]?.arrayValue ?? [value]
    var keys: [ManifestKey] = []
    for value in values {
      do {
        let key = try ManifestKey(fileJSON: value)
        guard key.publicKey != nil else { throw CommandFailure("\(path) holds a key of an unknown kind") }
        keys.append(key)
      } catch let refusal as ManifestRefusal {
        throw CommandFailure("\(path) is not a public key file: \(refusal)")
      } catch let failure as CommandFailure {
        throw failure
      } catch {
        throw CommandFailure("\(path) is not a public key file")
      }
    }
    return keys
  }

  /// The one public key in a `.pub` file, or the public half of a private key file.
  package func publicKey(_ path: String, passphraseFile: String?) throws(CommandFailure) -> ManifestKey {
    if isPrivate(try context.contents(of: path, maximumOctets: 1 << 16)) {
      return try signer(path, passphraseFile: passphraseFile).key
    }
    let keys = try publicKeys(path)
    guard keys.count == 1, let key = keys.first else {
      throw CommandFailure("\(path) holds more than one key")
    }
    return key
  }

  /// Whether there is such a file.
  package func exists(_ path: String) -> Bool { ((try? context.files.stamp(of: path)) ?? nil) != nil }

  /// The one public key of a token, in PEM as tools export it.
  package func publicKey(pem path: String, holder: String?) throws(CommandFailure) -> ManifestKey {
    let octets = try context.contents(of: path, maximumOctets: 1 << 16)
    do {
      return ManifestKey(try PublicKey(pem: String(decoding: octets, as: UTF8.self)), holder: holder)
    } catch {
      throw CommandFailure("\(path) is not a public key in PEM of a kind that can sign: \(error)")
    }
  }

  /// Whether a file holds a private key.
  package func isPrivateKey(_ path: String) throws(CommandFailure) -> Bool {
    isPrivate(try context.contents(of: path, maximumOctets: 1 << 16))
  }

  private func isPrivate(_ octets: [UInt8]) -> Bool {
    octets.starts(with: Array("-----BEGIN".utf8))
      && String(decoding: octets, as: UTF8.self).contains("PRIVATE KEY")
  }

  /// Root metadata from a file, signed or not.
  package func root(_ path: String) throws(CommandFailure) -> UnverifiedMetadata<Root> {
    try Self.root(try context.contents(of: path, maximumOctets: 1 << 20), from: path)
  }

  /// Root metadata from bytes.
  package static func root(
    _ octets: [UInt8], from origin: String
  ) throws(CommandFailure) -> UnverifiedMetadata<Root> {
    do {
      return try UnverifiedMetadata<Root>(parsing: octets)
    } catch {
      throw CommandFailure("\(origin) is not root metadata: \(error)")
    }
  }

  /// Writes a file that others may read.
  package func write(_ octets: [UInt8], to path: String) throws(CommandFailure) {
    try replace(path, octets, permissions: 0o644)
  }

  /// Writes a file that its owner and group may read, others only where they could read the one before.
  package func writeList(_ octets: [UInt8], to path: String) throws(CommandFailure) {
    try replace(path, octets, permissions: 0o640)
  }

  /// Writes a file that must not exist yet and that only its owner may read.
  package func writeSecret(_ text: String, to path: String) throws(CommandFailure) {
    do {
      guard try context.files.stamp(of: path) == nil else {
        throw CommandFailure("\(path) exists already; a key is never overwritten")
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch let fault as FileFault {
      throw CommandFailure(fault.description)
    } catch {
      throw CommandFailure("cannot examine \(path)")
    }
    try replace(path, Array(text.utf8), permissions: 0o600)
  }

  /// Says which of `paths` every user of this machine can read. They keep their permissions: whose they are knows who reads them.
  package func complainOfOpen(_ paths: [String]) {
    for path in paths {
      guard let stamp = try? context.files.stamp(of: path), stamp.isForEverybody else { continue }
      context.complain("cordon: every user of this machine can read \(path): chmod o-r takes that away")
    }
  }

  private func replace(_ path: String, _ octets: [UInt8], permissions: UInt32) throws(CommandFailure) {
    do {
      try context.files.replace(path, with: octets, permissions: permissions)
    } catch {
      throw CommandFailure(error.description)
    }
  }

  /// The `.pub` file beside a private key: "holder.pem" has "holder.pub".
  package static func publicPath(for path: String) -> String {
    (path.hasSuffix(".pem") ? String(path.dropLast(4)) : path) + ".pub"
  }

  /// The name in the `.pub` file beside a private key, when there is one.
  private func holder(of path: String) -> String? {
    guard let octets = try? context.files.read(Self.publicPath(for: path), maximumOctets: 1 << 16),
      let value = try? JSONValue(parsing: octets), let key = try? ManifestKey(fileJSON: value)
    else { return nil }
    return key.holder
  }

  private func json(_ path: String) throws(CommandFailure) -> JSONValue {
    let octets = try context.contents(of: path, maximumOctets: 1 << 20)
    do {
      return try JSONValue(parsing: octets)
    } catch {
      throw CommandFailure("\(path) is not JSON: line \(error.line), column \(error.column)")
    }
  }
}

extension KeyError {
  /// What the holder of the key can do about it.
  fileprivate var words: String {
    switch self {
    case .malformed: "it is not the PEM of a private key"
    case .unsupportedAlgorithm: "it is neither Ed25519 nor ECDSA on P-256"
    case .passphraseNeeded:
      "it is encrypted; --passphrase-file names a file with its passphrase, or run this at a terminal"
    case .wrongPassphrase: "the passphrase does not open it"
    case .fault: "the cryptographic library failed"
    }
  }
}
