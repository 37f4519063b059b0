// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// What leads to a release that is being made. Nearly everyone asks for the one step to it as soon as it is shown, so that step
/// is made beforehand.
struct Upcoming: Sendable {
  let history: ReleaseHistory
  let updates: ReleaseUpdates

  /// Of the release after the one `shown`; nil when another is in force than is shown.
  /// - Parameter limit: releases that the history reaches back at most.
  init?(after shown: PublishedList?, by plan: ReleasePlan, keeping limit: Int) async {
    guard let shown else { return nil }
    let history = shown.history.appending(plan.delta, limit: limit)
    let updates = ReleaseUpdates(of: shown.name, plan.blocklist, history: history)
    _ = await Workers.map([PreparedChange.Form.compact, .text]) { form in
      let step = ReleaseUpdates.Request(since: shown.version, to: shown.version.next, form: form)
      return updates.change(step, from: shown.blocklist) != nil
    }
    (self.history, self.updates) = (history, updates)
  }
}
