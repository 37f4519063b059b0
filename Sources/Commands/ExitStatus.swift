// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// What a command's end tells the caller.
package enum ExitStatus: Int32, Sendable {
  /// Done; for `status`: current.
  case success = 0
  /// Failed, or used wrongly; for `status`: stale.
  case failure = 1
  /// Refused by a check.
  case refused = 2
  /// Never synced.
  case neverSynced = 3
}
