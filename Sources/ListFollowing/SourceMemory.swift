// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import FoundationEssentials
internal import StrictJSON

/// What rounds before know of the sources, by their names.
public struct SourceMemory: Hashable, Sendable {
  /// When one could last not be reached, or its update was refused; not of those that have done well since.
  public var failed: [String: Date] = [:]
  /// Until when one asked to be left alone.
  public var leftAlone: [String: Date] = [:]

  /// So long a source that failed is asked after the others, in seconds.
  static let failureSeconds = 3600.0

  /// Nothing known.
  public init() {}

  /// Drops what counts no more; a clock that was set back must not keep a source from being asked.
  mutating func forget(at now: Date) {
    failed = failed.filter { abs(now.timeIntervalSince($0.value)) < Self.failureSeconds }
    leftAlone = leftAlone.filter {
      let left = $0.value.timeIntervalSince(now)
      return left > 0 && left <= RetryAfter.longestSeconds
    }
  }

  /// The sources that may be asked, those that failed last behind the others.
  func ordered(_ sources: [FollowSource]) -> [FollowSource] {
    let asked = sources.filter { leftAlone[$0.name] == nil }
    return asked.filter { failed[$0.name] == nil } + asked.filter { failed[$0.name] != nil }
  }
}

extension SourceMemory {
  init(_ value: JSONValue?) {
    func dates(_ key: String) -> [String: Date] {
      let members = value?[key]?.objectValue?.members ?? []
      return Dictionary(
        members.compactMap { name, value in
          value.stringValue.flatMap(RFC3339.parse).map { (name, $0) }
        }, uniquingKeysWith: { first, _ in first })
    }
    failed = dates("failed")
    leftAlone = dates("left_alone")
  }

  /// Nil when there is nothing to remember.
  var json: JSONValue? {
    guard !failed.isEmpty || !leftAlone.isEmpty else { return nil }
    func object(_ dates: [String: Date]) -> JSONValue {
      .object(
        JSONObject(dates.sorted { $0.key < $1.key }.map { ($0.key, .string(RFC3339.format($0.value))) }))
    }
    return .object(["failed": object(failed), "left_alone": object(leftAlone)])
  }
}
