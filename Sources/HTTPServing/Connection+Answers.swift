// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// Bodies up to this size are copied behind their head, larger ones are sent from where they are.
  private static let copiedBodyOctets = 16_384

  /// Writes an answer into the output; sending is the caller's next step.
  /// - Parameter isShared: whether its content is held elsewhere too, so that a slow peer costs nothing.
  /// - Parameter isOurs: whether it is not the service's answer.
  /// - Returns: whether it is that answer, and not one of ours in its place.
  @discardableResult
  mutating func enqueue(
    _ response: HTTPResponse, isShared: Bool = false, isOurs: Bool = false, on reactor: Reactor
  ) -> Bool {
    let isShared = isShared || response.isShared
    requestsAnswered += 1
    requestHeld = 0
    releaseBody(on: reactor)
    if requestsAnswered >= reactor.core.limits.requestsPerConnection {
      reactor.counters.limits.bump(.requestsPerConnection)
      current.keepsAlive = false
    }
    if reactor.isDraining || hasLostCertificate
      || response.fields.list("Connection").contains(where: { $0.lowercased() == "close" })
    {
      current.keepsAlive = false
    }
    if response.isForKnown { becomeKnown(on: reactor) }
    var response = response
    var isWanted = true
    if !isShared, response.body.count > Self.copiedBodyOctets,
      let limit = limitPassed(by: response.body.count, on: reactor)
    {
      reactor.counters.limits.bump(limit)
      response = Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds)
      isWanted = false
    }
    if !appendHead(of: response, on: reactor) {
      response = Refusals.illegalField()
      isWanted = false
      _ = appendHead(of: response, on: reactor)
    }
    let sent = current.method == .head || !response.status.allowsBody ? 0 : response.body.count
    if sent > 0 { appendBody(response.body) }
    ownsBody = !isShared
    if !current.keepsAlive { phase = .closing }
    log(response.status, octets: sent, isOurs: isOurs || !isWanted, on: reactor)
    return isWanted
  }

  /// Answers that there is no room.
  mutating func refuseForRoom(on reactor: Reactor) {
    enqueue(
      Refusals.overloaded(retryAfter: reactor.core.limits.retryAfterSeconds), isOurs: true, on: reactor)
  }

  private mutating func appendHead(of response: HTTPResponse, on reactor: Reactor) -> Bool {
    let context = ResponseEncoder.Context(
      keepsAlive: current.keepsAlive, isHTTP10: current.isHTTP10, isTLS: facts.tls)
    return ResponseEncoder.appendHead(
      of: response, date: reactor.dateLine.octets, context: context, to: &output)
  }

  private mutating func appendBody(_ content: HTTPBody) {
    switch content {
    case .empty: break
    case .octets(let octets) where octets.count <= Self.copiedBodyOctets:
      output.append(contentsOf: octets)
    case .slice(let octets) where octets.count <= Self.copiedBodyOctets:
      output.append(contentsOf: octets)
    case .octets(let octets): body = octets[...]
    case .slice(let octets): body = octets
    }
  }

  private func log(_ status: HTTPStatus, octets: Int, isOurs: Bool, on reactor: Reactor) {
    guard let accessLog = reactor.core.accessLog else { return }
    let elapsed = MonotonicClock.nanoseconds - current.started
    accessLog(
      AccessRecord(
        method: current.method, path: current.path, status: status, octets: octets,
        duration: .nanoseconds(Int64(clamping: elapsed)), connection: facts, isOurs: isOurs))
  }

  /// Runs a deferred answer as a task, which posts back to the reactor. The request it is made from is the task's to count: it
  /// may go on when the connection is gone.
  mutating func begin(
    _ work: @escaping @Sendable () async -> HTTPResponse, on octets: Int, _ reactor: Reactor
  ) {
    guard reactor.core.beginRequest() else {
      reactor.counters.limits.bump(.requestsInFlight)
      return refuseForRoom(on: reactor)
    }
    phase = .answering
    let (token, holder) = (token, holder)
    reactor.core.held.add(octets, for: holder)
    task = Task.detached {
      let response = await work()
      reactor.core.held.add(-octets, for: holder)
      reactor.core.endRequest()
      reactor.post { reactor.handle(token) { $0.deliver(response, on: reactor) } }
    }
  }

  /// The deferred answer has come.
  mutating func deliver(
    _ response: HTTPResponse, isShared: Bool = false, isOurs: Bool = false, on reactor: Reactor
  ) {
    guard phase == .answering else { return }
    task = nil
    phase = .open
    enqueue(response, isShared: isShared, isOurs: isOurs, on: reactor)
    proceed(on: reactor, isReadable: false)
    settle(on: reactor)
  }
}
