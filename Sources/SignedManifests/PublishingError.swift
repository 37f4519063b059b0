// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why metadata could not be made.
public enum PublishingError: Error, Hashable, Sendable {
  /// The signers at hand hold fewer of the role's keys than its threshold asks.
  case notEnoughSigners(role: String, have: Int, needed: Int)
  /// A key did not sign.
  case signing(SigningFault)
  /// What is to be signed, or was published before, is not sound.
  case refused(ManifestRefusal)
}
