// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
private import Glibc
private import HTTPMessages
private import SignedManifests
private import StrictJSON

/// Follows for good: a round, a wait (by long poll where the server offers it), the next round.
public struct FollowLoop {
  private let settings: FollowSettings
  private let sources: [FollowSource]
  private let kept: KeptAnswer?
  private let files: any FileSystem
  private let stop: StopSignal
  /// What rounds read and verified.
  private let verified = MetadataMemory()
  private let memory = ListMemory()
  private let claims: OutputClaims?
  private let interval: Int?
  private let report: (FollowReport) -> Void
  /// Asks resolvers.
  package var probe: any ResolverProbe = NetworkProbe()

  /// A loop.
  /// - Parameter interval: seconds between rounds, nil for what the server wants.
  public init(
    settings: FollowSettings, sources: [FollowSource], files: any FileSystem, stop: StopSignal,
    interval: Int?, claims: OutputClaims? = nil,
    report: @escaping (FollowReport) -> Void
  ) {
    self.settings = settings
    // What a long poll at the server brings is kept for the round that it calls for.
    var kept: KeptAnswer?
    self.sources = sources.map { source in
      guard source.isOrigin, kept == nil else { return source }
      let keeping = KeptAnswer(source.transport)
      kept = keeping
      return FollowSource(name: source.name, transport: keeping, isOrigin: true)
    }
    self.kept = kept
    self.files = files
    self.stop = stop
    self.interval = interval
    self.claims = claims
    self.report = report
  }

  /// Runs until asked to stop.
  /// - Returns: nil then; else the first round, when that met another follower.
  public func run() -> FollowReport? {
    var isFirst = true
    var failures = 0
    var directed: Int?
    var asked: ContinuousClock.Instant?
    var settings = settings
    var leftAlone: [String: Date] = [:]
    while stop.enterRound() {
      var round = FollowRound(settings: settings, sources: sources, files: files, now: Date())
      round.verified = verified
      round.memory = memory
      round.claims = claims
      round.probe = probe
      round.leftAlone = leftAlone
      let result = round.run()
      report(result)
      // A large change is agreed to once, not for ever; and not before it was looked at.
      if result.hasUsedConsent { settings.acceptsLargeChange = false }
      leftAlone = result.leftAlone
      stop.leaveRound()
      if case .failed(let failure) = result.outcome {
        // Two were started by mistake. One that has been running goes on trying: it was there first.
        if isFirst, case .refused(.otherFollower) = failure { return result }
      } else {
        settings.takesOver = false
      }
      isFirst = false
      let longest = interval ?? directed ?? Self.standardInterval
      switch result.outcome {
      case .failed:
        failures += 1
        let patience = max(Self.backOff(failures, longest: longest), wished(leftAlone))
        // One resolver that is off, or one file that cannot be written, keeps nothing newer from all others.
        if let version = result.taken {
          wait(patience, since: version, &leftAlone)
        } else {
          sleep(for: patience)
        }
      case .current(let version), .updated(_, let version, _, _):
        failures = 0
        if interval == nil, asked.map({ ContinuousClock.now - $0 >= Self.intervalLife }) ?? true,
          let seconds = pollInterval(&leftAlone)
        {
          (directed, asked) = (seconds, .now)
        }
        wait(jittered(interval ?? directed ?? Self.standardInterval), since: version, &leftAlone)
      }
    }
    return nil
  }

  /// Seconds for which every source asked to be left alone, and a little longer, each follower at a time of its own; 0 when one may
  /// be asked.
  private func wished(_ leftAlone: [String: Date]) -> Int {
    let dates = sources.map { leftAlone[$0.name] ?? .distantPast }
    let left = dates.min().map { $0.timeIntervalSinceNow.rounded(.up) } ?? 0
    return left <= 0 ? 0 : Int(min(left, RetryAfter.longestSeconds)) * Int.random(in: 100...120) / 100
  }

  /// Asks the server, unless it wants to be left alone; what it says of that is kept.
  private func ask(_ request: TransportRequest, _ leftAlone: inout [String: Date]) -> TransportAnswer? {
    guard let origin, leftAlone[origin.name].map({ $0 <= Date() }) ?? true else { return nil }
    do throws(TransportFault) {
      let answer = try origin.transport.send(request)
      if let until = RetryAfter.date(in: answer, at: Date()) { leftAlone[origin.name] = until }
      return answer
    } catch {
      // Something is newer: the round sees to it.
      if case .tooLarge = error { return TransportAnswer(status: 200) }
      return nil
    }
  }

  private static let standardInterval = 300
  /// How long the server is not asked again how often it wants to be asked: that costs as much as half an update.
  private static let intervalLife = Duration.seconds(3600)

  /// 5 s, 10 s, 20 s … up to the polling interval, each with jitter.
  static func backOff(_ failures: Int, longest: Int) -> Int {
    min(max(longest, 5), 5 << min(failures - 1, 10)) * Int.random(in: 75...125) / 100
  }

  private func jittered(_ seconds: Int) -> Int { max(1, seconds * Int.random(in: 90...110) / 100) }

  /// Waits for something newer by long poll; without that, for the time to pass.
  private func wait(_ seconds: Int, since version: UInt64, _ leftAlone: inout [String: Date]) {
    let deadline = ContinuousClock.now + .seconds(seconds)
    var path = compactPath(since: version)
    while stop.isWaiting {
      let left = Int((deadline - ContinuousClock.now).components.seconds)
      guard left > 0 else { return }
      let started = ContinuousClock.now
      let answer = ask(poll(path, since: version, seconds: min(left, 55)), &leftAlone)
      if isHoldRequested { return }
      if let answer, [400, 406].contains(answer.status), path != nil {
        // A server that does not know the compact form.
        path = nil
        continue
      }
      guard let answer, answer.status == 204 || answer.status == 200 else {
        return sleep(for: max(left, wished(leftAlone)))
      }
      if answer.status == 200 {
        if let path, answer.isCompact { kept?.keep(answer, for: path) }
        return
      }
      // A server that does not hold the request back is asked again only after a while.
      if ContinuousClock.now - started < .seconds(1) { sleep(for: min(left, 10)) }
    }
  }

  private func poll(_ path: String?, since version: UInt64, seconds: Int) -> TransportRequest {
    TransportRequest(
      path: (path ?? "v1/lists/\(settings.list.text)/changes?since=\(version)") + "&wait=\(seconds)",
      fields: ["Accept": path == nil ? "text/plain" : CompactUpdate.mediaType],
      // Text is not kept for the round: that it comes says all.
      maximumOctets: path == nil ? ListUpdate.leastDeltaOctets : CompactOffer.mostOctets(over: heldOctets),
      abandonedBy: holdRequest)
  }

  /// How long the list held is.
  private var heldOctets: Int {
    ((try? FollowStatus.state(in: settings.stateDirectory, files: files)) ?? nil)?.applied?.length ?? 0
  }

  /// What the next round will ask for; nil when that is not the compact form, or the metadata held cannot be read.
  private func compactPath(since version: UInt64) -> String? {
    guard settings.asksCompact,
      ((try? FollowStatus.state(in: settings.stateDirectory, files: files)) ?? nil)?.mayAskCompact(at: Date())
        != false,
      let metadata = try? MetadataDirectory(path: settings.stateDirectory + "/metadata", files: files),
      let root = try? metadata.trustedRoot(handedOver: settings.rootFile),
      let held = try? HeldMetadata(in: metadata, trusting: root)
    else { return nil }
    return held.path(
      of: settings.list.text, since: version, approvals: settings.requiredCountries != nil)
  }

  private func sleep(for seconds: Int) {
    let begun = ContinuousClock.now
    let deadline = begun + .seconds(seconds)
    let isOld = isHoldRequested
    while stop.isWaiting && ContinuousClock.now < deadline {
      // A request that a round could not take must not have it run without a pause.
      if !isOld || ContinuousClock.now > begun + .seconds(5), isHoldRequested { return }
      usleep(200_000)
    }
  }

  /// What `cordon hold` leaves is seen to at once.
  private var holdRequest: String { HoldRequest.path(in: settings.stateDirectory) }

  private var isHoldRequested: Bool { HoldRequest.isLeft(in: settings.stateDirectory, files) }

  /// Where a long poll is held: a mirror holds none.
  private var origin: FollowSource? { sources.last(where: \.isOrigin) }

  /// How often the server wants to be asked.
  private func pollInterval(_ leftAlone: inout [String: Date]) -> Int? {
    let request = TransportRequest(
      path: "v1/lists/\(settings.list.text)", fields: ["Accept": "application/json"])
    guard let answer = ask(request, &leftAlone), answer.status == 200,
      let seconds = try? JSONValue(parsing: answer.body)["poll_interval_seconds"]?.integerValue
    else { return nil }
    return (5...86_400).contains(seconds) ? Int(seconds) : nil
  }
}
