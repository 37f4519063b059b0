// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

extension FollowState {
  /// What outputs carry besides the list, as it was signed when a source was last asked.
  public struct Shown: Hashable, Sendable {
    /// A name that is blocked so that blocking can be seen.
    public var canary: String?
  }

  /// What resolvers confirmed: that they have these outputs in force.
  public struct Confirmed: Hashable, Sendable {
    /// What they said of themselves.
    public var marker: String
    /// What was blocked besides the list.
    public var canary: String?
  }
}

extension FollowState.Shown {
  init?(_ value: JSONValue) {
    guard let object = value.objectValue else { return nil }
    canary = object["canary"]?.stringValue
  }

  var json: JSONValue {
    var object: JSONObject = [:]
    object["canary"] = canary.map { .string($0) }
    return .object(object)
  }
}

extension FollowState.Confirmed {
  init?(_ value: JSONValue) {
    guard let marker = value["marker"]?.stringValue else { return nil }
    self.init(marker: marker, canary: value["canary"]?.stringValue)
  }

  var json: JSONValue {
    var object: JSONObject = ["marker": .string(marker)]
    object["canary"] = canary.map { .string($0) }
    return .object(object)
  }
}
