// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials

/// What leads to a release that is being made. Nearly everyone asks for the one step to it as soon as it is shown, so that step
/// is made beforehand.
struct Upcoming: Sendable {
  let history: ReleaseHistory
  let updates: ReleaseUpdates

  /// Of the release after the one `shown`; nil when another is in force than is shown.
  /// - Parameter limits: how far the history reaches back.
  init?(after shown: PublishedList?, by plan: ReleasePlan, at time: Date, keeping limits: HistoryLimits) async
  {
    guard let shown else { return nil }
    // As the store has it: another process on it, or the next one, must draw the same line.
    let time = Date(timeIntervalSince1970: time.timeIntervalSince1970.rounded(.down))
    let history = shown.history.appending(plan.delta, at: time, limits)
    let updates = ReleaseUpdates(
      of: shown.name, plan.blocklist, history: history, wholes: shown.updates.wholes)
    _ = await Workers.map([PreparedChange.Form.compact, .text]) { form in
      let step = ReleaseUpdates.Request(since: shown.version, to: shown.version.next, form: form)
      return updates.change(step, from: shown.blocklist) != nil
    }
    (self.history, self.updates) = (history, updates)
  }
}
