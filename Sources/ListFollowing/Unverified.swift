// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
internal import StrictJSON

/// Outputs that were replaced and that no resolver has confirmed since. It is on disk before the first of them is replaced, so that
/// any later round can put back what was there before.
public struct Unverified: Hashable, Sendable {
  /// Seconds since 1970 at which the first was replaced.
  public var since: Int64
  /// The release that was written then.
  public var version: UInt64
  /// Outputs of which the file before lies beside.
  public var paths: [String]
  /// Whether they are being put back: decided, and not to be thought over by a later round.
  public var isTakenBack = false

  /// Where the file before an output is kept.
  package static func previous(_ path: String) -> String {
    directoryPart(of: path) + "/." + namePart(of: path) + ".previous"
  }
}

extension Unverified {
  init?(_ value: JSONValue) {
    guard let since = value["since"]?.integerValue,
      let version = value["version"]?.integerValue.flatMap(UInt64.init(exactly:))
    else { return nil }
    self.init(
      since: since, version: version,
      paths: (value["previous_of"]?.arrayValue ?? []).compactMap(\.stringValue),
      isTakenBack: value["taken_back"]?.boolValue ?? false)
  }

  var json: JSONValue {
    var object: JSONObject = [
      "since": .integer(since), "version": .integer(Int64(clamping: version)),
      "previous_of": .array(paths.map { .string($0) }),
    ]
    if isTakenBack { object["taken_back"] = true }
    return .object(object)
  }
}
