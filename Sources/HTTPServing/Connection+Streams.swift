// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

// Requests of HTTP/2 and their answers: each stream has its own.
extension Connection {
  /// Does what the session's events ask for.
  mutating func heed(_ events: [HTTP2Event], on reactor: Reactor) {
    let counters = reactor.counters
    var recalled = (http2?.recalled.take() ?? [])[...]
    for event in events {
      switch event {
      case .recalled(let stream):
        if let answer = recalled.popFirst() { give(answer, to: stream, on: reactor) }
      case .requested(let stream, let request): answer(request, on: stream, reactor)
      case .filled(let stream, let receiver):
        let token = token
        receiver.whenNotFull {
          reactor.post { reactor.handle(token) { $0.readOn(stream: stream, on: reactor) } }
        }
      case .refused(let stream, let refusal):
        counters.requestsMalformed.bump()
        if let limit = EngineLimit(refusal) { counters.limits.bump(limit) }
        let content = http2?.session.contentLimit(of: stream) ?? 0
        answerUnread(
          Refusals.response(to: refusal, reactor.core.messageLimits, content: content), on: stream, reactor)
      case .tooSlow(let stream):
        counters.deadlinesMissed.bump()
        counters.limits.bump(.bodyRate)
        counters.http2.bodiesSlow.bump()
        answerUnread(Refusals.slowBody(reactor.core.limits), on: stream, reactor)
      case .noRoom(let stream, let octets):
        counters.http2.bodiesWithoutRoom.bump()
        if let octets { counters.limits.bump(limitPassed(by: octets, on: reactor) ?? .heldOctets) }
        answerUnread(
          Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds), on: stream, reactor)
      case .noPlace(let stream):
        answerUnread(
          Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds), on: stream, reactor)
        http2?.session.endBehindLast(now: reactor.now)
      case .closed(let stream): forget(stream: stream, on: reactor)
      case .violated: counters.http2.violations.bump()
      case .turnedAway: counters.http2.streamsRefused.bump()
      case .wasReset: counters.http2.streamsReset.bump()
      case .stalled:
        counters.deadlinesMissed.bump()
        counters.limits.bump(.writeRate)
        counters.http2.streamsStalled.bump()
      case .overstepped(let overstep):
        if overstep == .slowHead || overstep == .slowStart || overstep == .stalledConnection {
          counters.deadlinesMissed.bump()
        }
        counters.http2.count(overstep)
      }
    }
  }

  private mutating func answer(_ request: HTTPRequest, on stream: Int32, _ reactor: Reactor) {
    guard let conversation = http2 else { return }
    reactor.counters.requests.bump()
    conversation.exchanges[stream] = HTTP2Conversation.Exchange(
      method: request.method, path: request.path, started: MonotonicClock.nanoseconds)
    let key = conversation.session.takeKey(of: stream)
    var terms: RepeatTerms?
    switch reactor.core.responder.answer(request, terms: &terms) {
    case .ready(let response):
      if let terms { remember(response, to: key, of: stream, on: terms, reactor) }
      respond(response, to: stream, isShared: terms?.sharesContent == true, on: reactor)
    case .deferred(let work): begin(work, on: request.octetsHeld, for: stream, reactor)
    case .parked(let parked) where reactor.isDraining:
      let answer = parked.resume(true)
      respond(
        answer ?? HTTPResponse(status: .noContent), to: stream, isShared: parked.sharesContent,
        isOurs: answer == nil, on: reactor)
    case .parked(let parked): park(parked, for: request, of: stream, on: reactor)
    }
  }

  private mutating func park(
    _ parked: ParkedAnswer, for request: HTTPRequest, of stream: Int32, on reactor: Reactor
  ) {
    guard let conversation = http2 else { return }
    let octets = request.octetsHeld
    if let limit = limitPassed(by: octets, on: reactor) {
      reactor.counters.limits.bump(limit)
      return respond(
        Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds), to: stream, isOurs: true,
        on: reactor)
    }
    // At once, for many streams may be parked before all is counted anew.
    hold(octets, on: reactor)
    conversation.parkedOctets += octets
    conversation.exchanges[stream]?.octetsHeld = octets
    conversation.exchanges[stream]?.parked = parked
    conversation.exchanges[stream]?.parkedUntil = reactor.now + parked.timeout.milliseconds
    conversation.parkedCount += 1
    reactor.waking.parkedCount += 1
    reactor.counters.parked.bump()
  }

  private mutating func answerUnread(_ response: HTTPResponse, on stream: Int32, _ reactor: Reactor) {
    http2?.exchanges[stream] = HTTP2Conversation.Exchange(
      method: http2?.session.method(of: stream), started: MonotonicClock.nanoseconds)
    // A refusal is small, and always has room.
    respond(response, to: stream, isShared: true, isOurs: true, on: reactor)
  }

  private mutating func begin(
    _ work: @escaping @Sendable () async -> HTTPResponse, on octets: Int, for stream: Int32,
    _ reactor: Reactor
  ) {
    guard let conversation = http2 else { return }
    let limits = reactor.core.limits
    guard conversation.running < limits.http2.streams else {
      reactor.counters.http2.requestsBeyondStreams.bump()
      return respond(
        Refusals.overloaded(retryAfter: limits.retryAfterSeconds), to: stream, isOurs: true, on: reactor)
    }
    guard reactor.core.beginRequest() else {
      reactor.counters.limits.bump(.requestsInFlight)
      return respond(
        Refusals.overloaded(retryAfter: limits.retryAfterSeconds), to: stream, isOurs: true, on: reactor)
    }
    conversation.running += 1
    let (token, holder) = (token, holder)
    // The task's to count: it may go on when the stream, or the connection, is gone.
    reactor.core.held.add(octets, for: holder)
    conversation.exchanges[stream]?.task = Task.detached {
      let response = await work()
      reactor.core.held.add(-octets, for: holder)
      reactor.core.endRequest()
      reactor.post { reactor.handle(token) { $0.deliver(response, to: stream, on: reactor) } }
    }
  }

  /// A deferred answer has come.
  private mutating func deliver(_ response: HTTPResponse, to stream: Int32, on reactor: Reactor) {
    guard phase == .multiplexed, let conversation = http2 else { return }
    conversation.running -= 1
    if conversation.exchanges[stream]?.task != nil {
      conversation.exchanges[stream]?.task = nil
      respond(response, to: stream, on: reactor)
    }
    converse(isReadable: false, on: reactor)
    settle(on: reactor)
  }

  private mutating func respond(
    _ response: HTTPResponse, to stream: Int32, isShared: Bool = false, isOurs: Bool = false,
    on reactor: Reactor
  ) {
    guard let conversation = http2 else { return }
    let session = conversation.session
    let isShared = isShared || response.isShared
    countAnswer(on: reactor)
    if response.isForKnown { becomeKnown(on: reactor) }
    var (response, isOurs) = (response, isOurs)
    if !isShared, let limit = limitPassed(by: response.body.count, on: reactor) {
      reactor.counters.limits.bump(limit)
      response = Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds)
      isOurs = true
    }
    let date = reactor.dateLine.octets
    if !session.respond(to: stream, response, isShared: isShared, date: date, now: reactor.now) {
      response = Refusals.illegalField()
      isOurs = true
      _ = session.respond(to: stream, response, date: date, now: reactor.now)
    }
    // At once, for many streams may be answered before all is counted anew.
    if !isShared { hold(response.body.count, on: reactor) }
    if let accessLog = reactor.core.accessLog, let exchange = conversation.exchanges[stream] {
      let hasNoContent = session.isHead(stream) || !response.status.allowsBody
      accessLog(
        AccessRecord(
          method: exchange.method, path: exchange.path, status: response.status,
          octets: hasNoContent ? 0 : response.body.count,
          duration: .nanoseconds(Int64(clamping: MonotonicClock.nanoseconds - exchange.started)),
          connection: facts, isOurs: isOurs))
    }
  }

  /// The receiver of a stream's content has put away what it held.
  private mutating func readOn(stream: Int32, on reactor: Reactor) {
    guard phase == .multiplexed, let session = http2?.session else { return }
    if reactor.dateLine.second >= certificateEnd { reviewCertificate(on: reactor) }
    session.readOn(stream: stream, now: reactor.now)
    heed(session.takeEvents(), on: reactor)
    converse(isReadable: false, on: reactor)
    settle(on: reactor)
  }

  /// One more answer; after the last that a connection gets, no new streams.
  mutating func countAnswer(on reactor: Reactor) {
    requestsAnswered += 1
    guard requestsAnswered == reactor.core.limits.requestsPerConnection else { return }
    reactor.counters.limits.bump(.requestsPerConnection)
    http2?.session.drain(now: reactor.now)
  }

  /// Asks the streams that wait whether there is an answer now; `onlyDue` those alone whose time is over.
  mutating func resumeStreams(isOver: Bool, onlyDue: Bool = false, on reactor: Reactor) {
    guard phase == .multiplexed, let conversation = http2 else { return }
    // Who asked is nobody any more: nothing is told.
    let isLost = losesCertificate(on: reactor)
    var hasAnswered = false
    for (stream, exchange) in conversation.exchanges {
      guard let parked = exchange.parked else { continue }
      let isDue = isOver || isLost || exchange.parkedUntil <= reactor.now
      guard isDue || !onlyDue else { continue }
      let answer = isLost ? nil : parked.resume(isDue)
      guard answer != nil || isDue else { continue }
      hasAnswered = true
      unpark(stream, on: reactor)
      respond(
        answer ?? HTTPResponse(status: .noContent), to: stream, isShared: parked.sharesContent,
        isOurs: answer == nil, on: reactor)
    }
    converse(isReadable: false, on: reactor)
    settle(on: reactor)
    if hasAnswered { restAgain() }
  }

  private func unpark(_ stream: Int32, on reactor: Reactor) {
    guard let conversation = http2, let exchange = conversation.exchanges[stream], exchange.parked != nil
    else { return }
    conversation.parkedOctets -= exchange.octetsHeld
    conversation.exchanges[stream]?.parked = nil
    conversation.parkedCount -= 1
    reactor.waking.parkedCount -= 1
    reactor.counters.parked.bump(by: -1)
  }

  /// A stream is gone.
  func forget(stream: Int32, on reactor: Reactor) {
    unpark(stream, on: reactor)
    http2?.exchanges.removeValue(forKey: stream)?.task?.cancel()
  }
}
