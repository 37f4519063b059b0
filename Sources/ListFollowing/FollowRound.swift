// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import FoundationEssentials

/// One round of following: refresh the signed metadata, take what is newer, check it, write it out.
///
/// The caller holds the `DirectoryLock` of the state directory.
public struct FollowRound {
  private let settings: FollowSettings
  private let transport: any Transport
  private let files: any FileSystem
  private let now: Date

  /// A round at a given time.
  public init(settings: FollowSettings, transport: any Transport, files: any FileSystem, now: Date) {
    self.settings = settings
    self.transport = transport
    self.files = files
    self.now = now
  }

  /// Runs it to its end. Whatever goes wrong, the last good output stays.
  public func run() -> FollowReport {
    var notes: [String] = []
    do {
      let directory = try local { () throws(FileFault) in
        try StateDirectory(path: settings.stateDirectory, files: files)
      }
      var state = try local { () throws(FileFault) in try directory.loadState(list: settings.list.text) }
      let outcome = attempt(directory, &state, &notes)
      note(outcome, in: &state)
      try local { () throws(FileFault) in try directory.save(state) }
      return FollowReport(outcome: outcome, notes: notes)
    } catch {
      return FollowReport(outcome: .failed(error), notes: notes)
    }
  }

  private func attempt(
    _ directory: StateDirectory, _ state: inout FollowState, _ notes: inout [String]
  ) -> FollowOutcome {
    do {
      let overrides = try LocalOverrides(
        allowFile: settings.allowFile, denyFile: settings.denyFile, files: files)
      var session = FollowSession(
        settings: settings, transport: transport, files: files, now: now, directory: directory,
        overrides: overrides, state: state)
      defer {
        state = session.state
        notes = session.notes
      }
      return try session.run()
    } catch {
      if case .refused(let refusal) = error, refusal.callsForFullList { state.needsFullList = true }
      return .failed(error)
    }
  }

  private func note(_ outcome: FollowOutcome, in state: inout FollowState) {
    switch outcome {
    case .current, .updated:
      state.lastSuccess = now
      let word = if case .current = outcome { "current" } else { "updated" }
      state.lastAttempt = FollowState.Attempt(date: now, outcome: word)
    case .failed(let failure):
      var attempt = FollowState.Attempt(date: now, outcome: failure.outcome, detail: failure.description)
      if case .refused(let refusal) = failure { attempt.check = refusal.check }
      state.lastAttempt = attempt
    }
  }
}
