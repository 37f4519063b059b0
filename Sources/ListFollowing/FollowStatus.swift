// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials

/// Whether what runs here is current, judged from the follower's memory alone.
public enum FollowStatus: Hashable, Sendable {
  /// Proven current not long ago.
  case current
  /// Not proven current for too long.
  case stale
  /// The last round was refused by a check, or a resolver did not answer as it should.
  case refused
  /// No round ever succeeded.
  case neverSynced

  /// Judges a state; nil is one that does not exist yet.
  /// - Parameter patience: seconds without a proof after which the list counts as stale.
  public init(of state: FollowState?, now: Date, patience: TimeInterval) {
    guard let state, let lastSuccess = state.lastSuccess, state.applied != nil else {
      self = state?.lastAttempt?.outcome == "refused" ? .refused : .neverSynced
      return
    }
    if ["refused", "unverified"].contains(state.lastAttempt?.outcome) {
      self = .refused
    } else {
      // A clock set back must not make an old list look fresh for ever.
      self =
        abs(now.timeIntervalSince(lastSuccess)) > patience || state.needsReload || state.isOwing
          || state.unverified != nil
        ? .stale : .current
    }
  }

  /// Reads the state kept in a directory; nil when there is none.
  /// - Throws: `FileFault` when it cannot be read.
  public static func state(in directory: String, files: any FileSystem) throws(FileFault) -> FollowState? {
    guard let octets = try files.read(directory + "/state.json", maximumOctets: 1 << 20) else { return nil }
    guard let state = FollowState(parsing: octets) else {
      throw FileFault(
        operation: "understand", path: directory + "/state.json", reason: "not a follower's state")
    }
    return state
  }
}
