// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
private import HTTPMessages
private import StrictJSON

/// The way to one source through one round: nobody waits longer for it than its patience says, and what it says of being left alone
/// is remembered.
final class SourceTransport: Transport {
  private let source: FollowSource
  private let patience: SourcePatience
  private let clock: @Sendable () -> ContinuousClock.Instant
  private let begun: ContinuousClock.Instant
  private let now: Date
  /// A file whose appearance ends all waiting.
  private let abandonedBy: String?
  /// What answers have taken, whole files apart.
  private var spent = Duration.zero
  /// The same of whole files, by path.
  private var spentOnFiles: [String: (time: Duration, most: Duration)] = [:]
  /// Until when it asked to be left alone.
  private(set) var leftAloneUntil: Date?

  /// - Parameters:
  ///   - now: the time at which the round begins.
  ///   - abandonedBy: a file whose appearance ends the wait for any answer.
  init(
    to source: FollowSource, patience: SourcePatience, now: Date,
    clock: @escaping @Sendable () -> ContinuousClock.Instant, abandonedBy: String? = nil
  ) {
    self.abandonedBy = abandonedBy
    (self.source, self.patience, self.now, self.clock) = (source, patience, now, clock)
    begun = clock()
  }

  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    if let leftAloneUntil { throw .unreachable(Self.leftAlone(until: leftAloneUntil)) }
    var request = request
    let left = timeLeft(for: request)
    guard left > .zero else { throw .unreachable(tooSlow(request)) }
    request.abandonedBy = abandonedBy
    request.timeout = min(left, request.timeout ?? left)
    let asked = clock()
    defer { take(clock() - asked, for: request) }
    let answer: TransportAnswer
    do throws(TransportFault) { answer = try source.transport.send(request) } catch {
      // What broke off for want of time is told as that; a part that arrived is worth more than the word.
      if case .unreachable = error, clock() - asked >= left { throw .unreachable(tooSlow(request)) }
      throw error
    }
    let seconds = (clock() - begun).components.seconds
    leftAloneUntil = RetryAfter.date(in: answer, at: now.addingTimeInterval(Double(seconds)))
    return answer
  }

  private func timeLeft(for request: TransportRequest) -> Duration {
    guard let octets = request.wholeOctets else { return patience.round - spent }
    let most = patience.time(for: max(0, octets - (request.resumeFrom ?? 0)))
    let known = spentOnFiles[request.path] ?? (.zero, most)
    spentOnFiles[request.path] = known
    return known.most - known.time
  }

  private func take(_ time: Duration, for request: TransportRequest) {
    if request.wholeOctets == nil { spent += time } else { spentOnFiles[request.path]?.time += time }
  }

  private func tooSlow(_ request: TransportRequest) -> String {
    request.wholeOctets == nil
      ? "too slow: its answers took more than \(patience.round.components.seconds) seconds"
      : "too slow: a whole file came at less than \(patience.leastRate) octets a second"
  }

  /// In plain words.
  static func leftAlone(until date: Date) -> String {
    "it asked to be left alone until \(RFC3339.format(date))"
  }
}
