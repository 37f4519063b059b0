// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import StrictJSON

/// From when on followers of the general ring show what a release adds, as signed with it.
enum SettleTerms: Hashable {
  /// Nothing is signed of it: at once.
  case none
  /// From a time on, in seconds since 1970.
  case until(Int64)
  /// Not until something else is signed: subscribers asked to hold the release.
  case frozen

  /// Reads `custom`'s `published_at`, `settle_seconds` and `frozen`.
  init(signed custom: JSONObject?) {
    if custom?["frozen"]?.boolValue == true {
      self = .frozen
    } else if let seconds = custom?["settle_seconds"]?.integerValue, seconds > 0,
      let published = custom?["published_at"]?.stringValue.flatMap(RFC3339.parse)
    {
      self = .until(Int64(published.timeIntervalSince1970) + seconds)
    } else {
      self = .none
    }
  }

  /// The same as a `Withheld.Addition` has it.
  var time: Int64? {
    switch self {
    case .none: .min
    case .until(let time): time
    case .frozen: nil
    }
  }
}

/// How soon a follower shows additions.
public enum Ring: String, CaseIterable, Sendable {
  /// At once.
  case early
  /// When they have settled on the early ring.
  case general
}
