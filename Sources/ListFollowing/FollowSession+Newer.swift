// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

extension FollowSession {
  /// A release that is newer than the one held, with all that it takes to adopt it.
  struct Newer {
    var list: Blocklist
    var additions: Int
    var removals: Int
    /// What turns the list held into this one, where one was held.
    var change: Delta?
    /// The file that the list lies in.
    var draft: FileDraft

    init(_ result: ListUpdate.Result) {
      list = result.list
      additions = result.change.additions.count
      removals = result.change.removals.count
      change = result.change
      draft = result.draft
    }

    init(_ list: Blocklist, in draft: FileDraft) {
      self.list = list
      additions = list.count
      removals = 0
      self.draft = draft
    }
  }
}
