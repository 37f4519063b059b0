// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Ingest

/// The agencies' signed approvals of what a release lists.
public struct PublishedApprovals: Sendable {
  /// The approvals.
  public let list: ApprovalList
  /// The same as a file of the release; nil when there are none, and then the release has no such file.
  public let file: PublishedFile?
  /// The number of the last approval on record that was looked at.
  let mark: Int64

  /// No approvals.
  static let none = PublishedApprovals(.empty, mark: 0)

  init(_ list: ApprovalList, mark: Int64) {
    self.list = list
    self.mark = mark
    file =
      list.count == 0 ? nil : PublishedFile(octets: list.octets, mediaType: "text/plain; charset=utf-8")
  }
}
