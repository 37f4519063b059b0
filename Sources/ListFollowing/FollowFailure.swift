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
  /// A resolver does not answer as it should, or not at all.
  case unverified(String)
  /// Several of the files and resolvers here could not be brought up to date; all others were.
  indirect case several([FollowFailure])

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
    case .several(let failures): failures.map(\.description).joined(separator: "; ")
    }
  }

  /// One failure of all there were; nil for none.
  init?(_ failures: [FollowFailure]) {
    guard let first = failures.first else { return nil }
    self = failures.count == 1 ? first : .several(failures)
  }

  /// Whether a check refused.
  var isRefusal: Bool { if case .refused = self { true } else { false } }

  /// All there were, one by one.
  package var each: [FollowFailure] { if case .several(let failures) = self { failures } else { [self] } }

  /// Whether another source might do better: what this machine or its own settings refuse, all sources share.
  var isTheSources: Bool {
    switch self {
    case .refused(.renderedDigest), .refused(.otherFollower): false
    case .refused, .unreachable: true
    case .local, .override, .reload, .resolver, .unverified, .several: false
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
    case .several(let failures): failures.max { $0.gravity < $1.gravity }?.outcome ?? "failed"
    }
  }

  /// The check that refused, if one did.
  var check: String? {
    switch self {
    case .refused(let refusal): refusal.check
    case .several(let failures): failures.lazy.compactMap(\.check).first
    default: nil
    }
  }

  /// Which of several a person should know first.
  private var gravity: Int {
    switch self {
    case .refused: 5
    case .unverified: 4
    case .resolver: 3
    case .reload: 2
    case .local, .override, .unreachable: 1
    case .several: 0
    }
  }
}
