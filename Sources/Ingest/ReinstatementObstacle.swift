// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// Why an entry that a release took off does not come back when that release is undone.
public enum ReinstatementObstacle: Hashable, Sendable {
  /// Something else took it off as well: another release, or a publisher's later word.
  case takenOffSince
  /// It is off until an appeal is decided.
  case suspendedForAppeal(AppealCase)
  /// An appeal removed it.
  case removedByAppeal(AppealCase)

  /// As the trail says it.
  public var rule: String {
    switch self {
    case .takenOffSince: "taken-off-since"
    case .suspendedForAppeal(let appeal): "suspended for appeal \(appeal)"
    case .removedByAppeal(let appeal): "removed by appeal \(appeal)"
    }
  }
}
