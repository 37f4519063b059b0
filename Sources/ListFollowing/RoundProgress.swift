// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How far a round got with the source it asked last.
final class RoundProgress {
  /// The release that is the newest by that source, once it is held here, whatever becomes of it afterwards.
  var taken: UInt64?
}
