// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
public import FoundationEssentials
private import Glibc
package import SignedManifests

/// One round of following: refresh the signed metadata, take what is newer, check it, write it out.
///
/// The caller holds the `DirectoryLock` of the state directory.
public struct FollowRound {
  var settings: FollowSettings
  private let sources: [FollowSource]
  let files: any FileSystem
  private let now: Date
  /// Asks resolvers.
  package var probe: any ResolverProbe = NetworkProbe()
  /// What earlier rounds of this process read and verified.
  package var verified = MetadataMemory()
  /// The list that an earlier round of this process verified.
  package var memory = ListMemory()
  /// The files that this follower alone writes; nil where no other could.
  public var claims: OutputClaims?
  /// What a long poll between rounds was told: until when sources asked to be left alone, by name.
  package var leftAlone: [String: Date] = [:]
  /// How long a source is waited for that is not the last, and the last.
  package var patience = (one: SourcePatience.ofOneOfSeveral, last: SourcePatience.ofTheLast)
  /// What measures that.
  package var clock: @Sendable () -> ContinuousClock.Instant = { .now }
  private let pause: @Sendable (Duration) -> Void
  private let consent: LargeChangeConsent
  private let progress = RoundProgress()

  /// After so many rounds in which a mirror had nothing newer, another source is asked as well: a mirror that stands
  /// still shows nothing wrong until its metadata expires.
  public static let roundsBetweenChecks = 4

  /// A round at a given time.
  /// - Parameters:
  ///   - sources: asked in this order; the next only when one before cannot be reached or its update is refused.
  ///   - pause: waits before another attempt of a download that broke.
  public init(
    settings: FollowSettings, sources: [FollowSource], files: any FileSystem, now: Date,
    pause: @escaping @Sendable (Duration) -> Void = FollowRound.sleep
  ) {
    self.settings = settings
    self.sources = sources
    self.files = files
    self.now = now
    self.pause = pause
    consent = LargeChangeConsent(isGiven: settings.acceptsLargeChange)
  }

  /// Sleeps for whole seconds, at most a minute.
  @Sendable public static func sleep(_ time: Duration) {
    _ = Glibc.sleep(UInt32(min(60, max(0, time.components.seconds))))
  }

  /// A round with one server.
  public init(settings: FollowSettings, transport: any Transport, files: any FileSystem, now: Date) {
    let server = FollowSource(name: "server", transport: transport, isOrigin: true)
    self.init(settings: settings, sources: [server], files: files, now: now)
  }

  /// Runs it to its end. Whatever goes wrong, the last good output stays.
  public func run() -> FollowReport {
    do throws(FileFault) {
      var round = self
      round.settings = try settings.followingLinks(files)
      return round.runThere()
    } catch {
      return FollowReport(outcome: .failed(.local(error)), notes: [])
    }
  }

  private func runThere() -> FollowReport {
    var notes: [String] = []
    do {
      let directory = try local { () throws(FileFault) in
        try StateDirectory(path: settings.stateDirectory, files: files)
      }
      var state = try local { () throws(FileFault) in
        try directory.loadState(list: settings.list.text, &notes)
      }
      state.follower = settings.follower?.number
      state.sources.leftAlone.merge(leftAlone) { max($0, $1) }
      state.sources.forget(at: now)
      let outcome = attemptAlone(directory, &state, &notes)
      note(outcome, in: &state)
      try local { () throws(FileFault) in try directory.save(state) }
      try writeTextfile(state)
      return FollowReport(
        outcome: outcome, notes: notes, refusals: state.refusals, hasUsedConsent: !consent.isLeft,
        leftAlone: state.sources.leftAlone, taken: progress.taken)
    } catch {
      return FollowReport(outcome: .failed(error), notes: notes, hasUsedConsent: !consent.isLeft)
    }
  }

  private func writeTextfile(_ state: FollowState) throws(FollowFailure) {
    guard let path = settings.textfile else { return }
    let octets = Array(FollowTextfile(state).text.utf8)
    try local { () throws(FileFault) in try files.replace(path, with: octets, permissions: 0o644) }
  }

  /// Does nothing where another follower writes the same files.
  private func attemptAlone(
    _ directory: StateDirectory, _ state: inout FollowState, _ notes: inout [String]
  ) -> FollowOutcome {
    do throws(FollowRefusal) {
      try claims?.hold(
        settings.outputs.map(\.path) + [settings.textfile].compactMap { $0 },
        takingOver: settings.takesOver)
    } catch { return .failed(.refused(error)) }
    // What is decided here waits for no source, however slow or far it is.
    if isHoldRequested { _ = showHeld(directory, &state, &notes) }
    var outcome = attempt(directory, &state, &notes)
    while isHoldRequested, case .failed(let failure) = outcome, failure.isTheSources {
      guard showHeld(directory, &state, &notes) == nil else { break }
      outcome = attempt(directory, &state, &notes)
    }
    guard case .failed(let failure) = outcome, failure.isTheSources,
      let problem = showHeld(directory, &state, &notes)
    else { return outcome }
    return .failed(.several([failure] + problem.each))
  }

  /// Asks one source after the other until one has an answer that holds.
  private func attempt(
    _ directory: StateDirectory, _ state: inout FollowState, _ notes: inout [String]
  ) -> FollowOutcome {
    let neededFullList = state.needsFullList
    let ways = ways(in: state)
    guard !ways.isEmpty else {
      guard let until = state.sources.leftAlone.values.min() else {
        return .failed(.unreachable("no source to ask"))
      }
      return .failed(.unreachable(SourceTransport.leftAlone(until: until)))
    }
    var worst: FollowFailure?
    for (index, way) in ways.enumerated() {
      // A delta that one source spoilt may come whole from the next.
      state.needsFullList = neededFullList
      let outcome = attempt(way, ways, directory, &state, &notes)
      guard case .failed(let failure) = outcome else {
        return checked(outcome, from: index, ways, directory, &state, &notes)
      }
      guard failure.isTheSources, !isHoldRequested else { return outcome }
      if sources.count > 1 { notes.append("\(way.source.name): \(failure)") }
      if worst?.isRefusal != true { worst = failure }
    }
    return .failed(worst ?? .unreachable("no source to ask"))
  }

  /// A source, and the way to it through this round.
  private struct Way {
    let source: FollowSource
    let transport: SourceTransport
  }

  /// The sources in the order in which they are asked. The last is waited for longest, unless it is a mirror and there is a server.
  private func ways(in state: FollowState) -> [Way] {
    let ordered = state.sources.ordered(sources)
    let hasOrigin = sources.contains(where: \.isOrigin)
    return ordered.enumerated().map { index, source in
      let isLastHope = index == ordered.count - 1 && (source.isOrigin || !hasOrigin)
      let transport = SourceTransport(
        to: source, patience: isLastHope ? patience.last : patience.one, now: now, clock: clock,
        abandonedBy: HoldRequest.path(in: settings.stateDirectory))
      return Way(source: source, transport: transport)
    }
  }

  /// Has another source say, now and then, whether a mirror with nothing newer stands still.
  private func checked(
    _ outcome: FollowOutcome, from index: Int, _ ways: [Way], _ directory: StateDirectory,
    _ state: inout FollowState, _ notes: inout [String]
  ) -> FollowOutcome {
    guard case .current = outcome, !ways[index].source.isOrigin else {
      state.roundsUnchecked = 0
      return outcome
    }
    state.roundsUnchecked += 1
    guard state.roundsUnchecked >= Self.roundsBetweenChecks, ways.count > 1 else { return outcome }
    state.roundsUnchecked = 0
    let other = ways.last(where: \.source.isOrigin) ?? ways[(index + 1) % ways.count]
    let second = attempt(other, ways, directory, &state, &notes)
    switch second {
    case .updated:
      notes.append("\(ways[index].source.name) is stale: \(other.source.name) has a newer release")
      return second
    case .failed(let failure):
      guard failure.isTheSources else { return second }
      notes.append("\(other.source.name): \(failure)")
      return outcome
    case .current: return outcome
    }
  }

  private func attempt(
    _ way: Way, _ ways: [Way], _ directory: StateDirectory, _ state: inout FollowState,
    _ notes: inout [String]
  ) -> FollowOutcome {
    let name = way.source.name
    let outcome = session(way, ways, directory, &state, &notes)
    if case .failed(let failure) = outcome, failure.isTheSources {
      // One that was broken off did nothing wrong.
      if !isHoldRequested { state.sources.failed[name] = now }
    } else {
      state.sources.failed[name] = nil
    }
    for way in ways {
      if let until = way.transport.leftAloneUntil { state.sources.leftAlone[way.source.name] = until }
    }
    return outcome
  }

  private func session(
    _ way: Way, _ ways: [Way], _ directory: StateDirectory, _ state: inout FollowState,
    _ notes: inout [String]
  ) -> FollowOutcome {
    do {
      var session = try session(
        by: way.transport, receiver: ways.last(where: \.source.isOrigin)?.transport,
        isOrigin: way.source.isOrigin, directory, state)
      defer {
        state = session.state
        notes += session.notes
      }
      return try session.run()
    } catch {
      if case .refused(let refusal) = error, refusal.callsForFullList, !settings.takesChangesAlone {
        state.needsFullList = true
      }
      return .failed(error)
    }
  }

  /// A session on a state, with one source.
  func session(
    by transport: any Transport, receiver: (any Transport)?, isOrigin: Bool, _ directory: StateDirectory,
    _ state: FollowState
  ) throws(FollowFailure) -> FollowSession {
    let overrides = try LocalOverrides(
      allowFile: settings.allowFile, denyFile: settings.denyFile, files: files)
    return FollowSession(
      settings: settings, transport: transport, files: files, now: now, directory: directory,
      overrides: overrides, probe: probe, pause: pause, receiver: receiver, mayKnowCompact: isOrigin,
      verified: verified, memory: memory, consent: consent, progress: progress,
      room: LineRoom(beside: directory.path + "/withheld.txt", files: files), state: state)
  }

  private func note(_ outcome: FollowOutcome, in state: inout FollowState) {
    switch outcome {
    case .current, .updated:
      state.lastSuccess = now
      state.needsPlainFiles = false
      let word = if case .current = outcome { "current" } else { "updated" }
      state.lastAttempt = FollowState.Attempt(date: now, outcome: word)
      if let refusal = state.refusals.first {
        let detail = state.refusals.map(\.description).joined(separator: "; ")
        state.lastAttempt = FollowState.Attempt(
          date: now, outcome: "refused", check: refusal.check, detail: detail)
      }
    case .failed(let failure):
      state.lastAttempt = FollowState.Attempt(
        date: now, outcome: failure.outcome, check: failure.check, detail: failure.description)
    }
  }
}
