// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// A person's word that one large change may go on. It counts for what the brake holds already, else for what the first round that gets
/// as far as the newest release finds; never for anything later.
final class LargeChangeConsent {
  /// Whether it may still be used.
  private(set) var isLeft: Bool

  init(isGiven: Bool) { isLeft = isGiven }

  /// It was used, or there was nothing to use it for.
  func end() { isLeft = false }
}
