// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
public import FoundationEssentials
internal import ListFormats
internal import SignedManifests
internal import StrictJSON

/// How far a release may go, as it is signed with its `entries.txt`: followers in the early ring block an addition at once, those in the
/// general ring when it has settled, and not while the list is frozen. Removals never wait.
public struct ReleaseStage: Hashable, Sendable {
  /// How long an addition settles, in seconds.
  public let settleSeconds: Int
  /// When the release was published.
  public let publishedAt: Date
  /// Whether no further addition may go on to the general ring: enough readers hold.
  public let isFrozen: Bool

  /// A stage of these facts.
  public init(settleSeconds: Int, publishedAt: Date, isFrozen: Bool) {
    self.settleSeconds = settleSeconds
    self.publishedAt = publishedAt
    self.isFrozen = isFrozen
  }

  /// `custom` with this stage in it: `published_at`, `settle_seconds`, and from both `settle`, which followers go by.
  func written(into custom: JSONObject) -> JSONObject {
    var custom = custom
    custom["published_at"] = .string(RFC3339.format(publishedAt))
    custom["settle_seconds"] = .integer(Int64(settleSeconds))
    let until = publishedAt.addingTimeInterval(TimeInterval(settleSeconds))
    let settles = isFrozen || settleSeconds > 0
    custom["settle"] = settles ? ["until": isFrozen ? .null : .string(RFC3339.format(until))] : nil
    return custom
  }

  /// The stage signed in `custom`; nil for a release of before there were any.
  init?(signed custom: JSONObject?) {
    guard let published = custom?["published_at"]?.stringValue.flatMap(RFC3339.parse),
      let settle = custom?["settle_seconds"]?.integerValue
    else { return nil }
    self.init(
      settleSeconds: Int(settle), publishedAt: published,
      isFrozen: custom?["settle"]?["until"]?.isNull == true)
  }

  /// The stages that signed metadata holds, by list.
  static func signed(in repository: SignedRepository) -> [ListName: ReleaseStage] {
    var stages: [ListName: ReleaseStage] = [:]
    for (path, target) in repository.releaseTargets {
      let parts = path.split(separator: "/")
      guard parts.count == 3, parts[2] == ListFormat.entries.rawValue,
        let list = try? ListName(String(parts[0]))
      else { continue }
      stages[list] = ReleaseStage(signed: target.custom)
    }
    return stages
  }
}
