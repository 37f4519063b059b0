// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why a round did not finish: a check refused, or the environment failed.
public enum FollowFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// A check refused the update.
  case refused(FollowRefusal)
  /// The server could not be asked, or answered with an error; worth retrying.
  case unreachable(String)
  /// A local file could not be read or written; worth retrying.
  case local(FileFault)
  /// A local overrides file cannot be understood.
  case override(path: String, line: Int, reason: String)
  /// The output is written but the reload command failed; it is tried again next round.
  case reload(String)
  /// A running resolver could not be told what changed; it is tried again next round.
  case resolver(String)
  /// A resolver does not answer as it should; the outputs before are back in place.
  case unverified(String)

  /// One plain line.
  public var description: String {
    switch self {
    case .refused(let refusal): "refused (\(refusal.check)): \(refusal)"
    case .unreachable(let reason): reason
    case .local(let fault): fault.description
    case .override(let path, let line, let reason): "\(path) line \(line): \(reason)"
    case .reload(let reason): "output written, but the reload command \(reason); it will be tried again"
    case .resolver(let reason): "\(reason); it will be tried again"
    case .unverified(let reason): reason
    }
  }

  /// Whether a check refused.
  var isRefusal: Bool { if case .refused = self { true } else { false } }

  /// Whether another source might do better: what this machine or its own settings refuse, all sources share.
  var isTheSources: Bool {
    switch self {
    case .refused(.brake), .refused(.renderedDigest), .refused(.otherFollower): false
    case .refused, .unreachable: true
    case .local, .override, .reload, .resolver, .unverified: false
    }
  }

  /// The stable name kept in the state.
  package var outcome: String {
    switch self {
    case .refused: "refused"
    case .unreachable: "unreachable"
    case .local, .override: "failed"
    case .reload: "reload-failed"
    case .resolver: "resolver-failed"
    case .unverified: "unverified"
    }
  }
}
