// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Cryptography

/// Signing failed: the key or the device that holds it did not answer.
public struct SigningFault: Error, Hashable, Sendable {
  /// What went wrong, without any secret.
  public let detail: String

  /// A fault to be reported as `detail`.
  public init(detail: String) { self.detail = detail }
}

/// Whatever can sign for one key: a key in memory, a token, a command.
public protocol MetadataSigner: Sendable {
  /// The key as metadata carries it.
  var key: ManifestKey { get }
  /// The signature over `message`.
  ///
  /// - Throws: ``SigningFault``.
  func sign(_ message: [UInt8]) throws(SigningFault) -> [UInt8]
}

extension MetadataSigner {
  /// The id of the key.
  public var keyid: String { key.keyid }
}

/// A private key in memory.
public struct KeySigner: MetadataSigner {
  /// The public half.
  public let key: ManifestKey
  private let privateKey: PrivateKey

  /// Signs with `privateKey`, held by `holder`.
  public init(_ privateKey: PrivateKey, holder: String? = nil) {
    self.privateKey = privateKey
    key = ManifestKey(privateKey.publicKey, holder: holder)
  }

  /// The signature over `message`.
  ///
  /// - Throws: ``SigningFault``.
  public func sign(_ message: [UInt8]) throws(SigningFault) -> [UInt8] {
    do {
      return try privateKey.sign(message)
    } catch {
      throw SigningFault(detail: "the key \(key.label) could not sign")
    }
  }
}
