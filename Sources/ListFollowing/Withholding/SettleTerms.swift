// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import StrictJSON

/// From when on followers of the general ring show what a release adds, as signed with it.
enum SettleTerms: Hashable {
  /// Nothing is signed of it, or the time is nil: at once.
  case none
  /// From a time on, in seconds since 1970.
  case until(Int64)
  /// Not until something else is signed: subscribers asked to hold the release.
  case frozen

  /// Reads `custom`'s `settle`: `{"until": time}`, `{"until": null}` while frozen.
  init(signed value: JSONValue?) {
    guard let until = value?["until"] else {
      self = .none
      return
    }
    guard let text = until.stringValue, let date = RFC3339.parse(text) else {
      self = .frozen
      return
    }
    self = .until(Int64(date.timeIntervalSince1970))
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
