// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The signature algorithms Cordon verifies.
public enum KeyAlgorithm: String, Hashable, Sendable {
  /// Ed25519 (RFC 8032).
  case ed25519
  /// ECDSA on P-256 with SHA-256, signatures in DER.
  case ecdsaP256
  /// RSASSA-PSS with SHA-256 and MGF1 of SHA-256, 2048 to 8192 bits.
  case rsaPSS
}

/// Why a key was not taken.
public enum KeyError: Error, Hashable, Sendable {
  /// Not the PEM or DER of a key or certificate.
  case malformed
  /// A key of another kind, curve or size.
  case unsupportedAlgorithm
  /// The private key is encrypted and no passphrase was given.
  case passphraseNeeded
  /// The passphrase does not open the private key.
  case wrongPassphrase
  /// The library failed, as when memory is exhausted.
  case fault
}
