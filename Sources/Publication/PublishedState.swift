// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// Everything readers may ask for, immutable: a release replaces the whole value, so no reader ever sees half of one.
public struct PublishedState: Sendable {
  /// Every configured list, released or not.
  public let lists: [ListName: PublishedList]
  /// The TUF metadata and what it names, for releases still current.
  public let repository: PublishedRepository

  /// Nothing published yet, before the store was read.
  static let empty = PublishedState(lists: [:], repository: .empty)
}
