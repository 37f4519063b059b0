// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import ListFormats

/// What a mirror keeps, and where.
public struct MirrorSettings: Sendable {
  /// The directory; a web server serves what lies below its `current`.
  public var directory: String
  /// The first root metadata, as handed over out of band; needed once.
  public var rootFile: String?
  /// The formats kept besides `entries.txt`; nil for all that are signed.
  public var formats: Set<ListFormat>?
  /// How long a file that the newest state no longer names stays for readers in the middle of something, in seconds.
  public var keepSeconds = 6 * 3600
  /// From how many releases back a list's changes are kept as files: further back followers take the whole list.
  public var changeFiles = 256

  /// Settings with every signed format, six hours and 256 releases.
  public init(directory: String, rootFile: String? = nil) {
    self.directory = directory
    self.rootFile = rootFile
  }

  /// What decides which files a state has.
  var fingerprint: String {
    let names = formats.map { $0.map(\.rawValue).sorted().joined(separator: ",") }
    return "\(names ?? "all") \(changeFiles)"
  }
}

/// How a round of mirroring ended.
public enum MirrorOutcome: Sendable {
  /// The signed metadata is the one served already.
  case current(timestamp: Int64)
  /// A new state is served: its timestamp's version, and how many of its files were not there before.
  case updated(timestamp: Int64, newFiles: Int)
  /// The state served before stays.
  case failed(FollowFailure)
}

/// What a round of mirroring has to say.
public struct MirrorReport: Sendable {
  /// How it ended.
  public let outcome: MirrorOutcome
  /// What else a person should know, a line each.
  public let notes: [String]
}
