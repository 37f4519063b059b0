// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// Reads in one run before others get their turn.
  static let readsPerRun = 8

  /// Handles what can be handled now: sends, reads once or until TLS holds nothing back, answers
  /// every whole request, until the peer has to send or to read.
  mutating func proceed(on reactor: Reactor, isReadable: Bool) {
    borrowOutput(of: reactor)
    defer { returnOutput(to: reactor) }
    var isReadable = isReadable
    var reads = 0
    while true {
      if hasPendingOutput || phase == .closing { flush(on: reactor) }
      guard phase == .open, !isWriteBlocked, !awaitsReceiver else { return }
      if isInputStalled {
        processHeldInput(on: reactor)
        continue
      }
      guard isReadable || transport.hasPending else { return }
      reads += 1
      guard reads <= Self.readsPerRun else { return reactor.revisit(token) }
      guard read(on: reactor) else { return }
      isReadable = false
    }
  }

  /// - Returns: whether octets came.
  private mutating func read(on reactor: Reactor) -> Bool {
    switch unsafe transport.receive(into: reactor.receiveBuffer) {
    case .octets(let count):
      take(count, on: reactor)
      return true
    case .wantsRead: return false
    case .wantsWrite: isWriteBlocked = true
    case .closed, .failed: close(on: reactor)
    }
    return false
  }

  private mutating func take(_ count: Int, on reactor: Reactor) {
    reactor.counters.octetsReceived.bump(by: count)
    octetsInWindow += count
    // The reactor's buffer holds `count` fresh octets and is not written while the span is in use.
    let fresh = unsafe Span<UInt8>(
      _unsafeBytes: UnsafeRawBufferPointer(rebasing: reactor.receiveBuffer[..<count]))
    if input.isEmpty {
      let consumed = process(fresh, on: reactor)
      if consumed < count { input.append(copying: fresh.extracting(consumed...)) }
    } else {
      input.append(copying: fresh)
      processHeldInput(on: reactor)
    }
  }

  private mutating func processHeldInput(on reactor: Reactor) {
    let held = input
    input = []
    let consumed = process(held.span, on: reactor)
    if consumed == 0 {
      input = held
    } else if consumed < held.count {
      input = Array(held[consumed...])
    }
  }

  /// Handles whole requests while the output has room.
  /// - Returns: the octets consumed.
  private mutating func process(_ octets: Span<UInt8>, on reactor: Reactor) -> Int {
    var position = 0
    /// The head of the present request, if it lies in `octets`.
    var head = 0..<0
    while phase == .open {
      isInputStalled = true
      guard body.isEmpty else { return position }
      guard output.count - outputStart <= reactor.core.limits.outputBacklogOctets else {
        reactor.counters.limits.bump(.outputBacklog)
        return position
      }
      var consumed = 0
      if certificateEnd < .max, reactor.dateLine.second >= certificateEnd { reviewCertificate(on: reactor) }
      let rest = octets.extracting(position...)
      if let length = repeatAnswer(to: rest, on: reactor) {
        position += length
        guard position == octets.count else { continue }
        isInputStalled = false
        return position
      }
      let event = machine.receive(rest, index: &reactor.index, consumed: &consumed)
      if consumed > 0, let content = current.request?.arrived { passOn(to: content) }
      switch event {
      case .awaitsMore:
        isInputStalled = false
        heedAppetite(on: reactor)
        return position + consumed
      case .headRead:
        head = position..<position + consumed
        beginRequest(rest, hasMore: consumed < rest.count, on: reactor)
      case .requestRead:
        // After a body the head does not end here.
        let isWhole = head.upperBound == position && consumed == 0
        finishRequest(octets.extracting(isWhole ? head : 0..<0), on: reactor)
        head = 0..<0
      case .refused(let refusal): refuse(refusal, on: reactor)
      }
      position += consumed
    }
    return position
  }

  private mutating func beginRequest(_ octets: Span<UInt8>, hasMore: Bool, on reactor: Reactor) {
    let request = reactor.index.request(from: octets, on: facts)
    current = Current(
      request: request, method: request.method, path: request.path,
      isHTTP10: reactor.index.isHTTP10, keepsAlive: reactor.index.keepsAlive)
    let framing = reactor.index.framing
    guard framing != .none, framing != .length(0) else { return }
    requestHeld = request.octetsHeld
    let core = reactor.core
    if !isKnown, core.responder.knows(request) { becomeKnown(on: reactor) }
    machine.bodyLimit = max(0, min(core.limits.bodyOctets, core.responder.bodyLimit(for: request)))
    var expected = machine.bodyLimit
    if case .length(let length) = framing {
      // The machine refuses it next.
      if length > machine.bodyLimit { return }
      expected = length
    }
    current.request?.arrived = core.responder.receiver(for: request).map { ArrivedContent($0) }
    guard current.request?.arrived != nil || holdBody(expected, on: reactor) else { return }
    // What cannot be taken is refused before it is sent; what else there is to say comes after the first of it.
    if current.request?.arrived?.receiver.appetite == .sated { return heedAppetite(on: reactor) }
    guard reactor.index.expectsContinue, !hasMore else { return }
    output.append(contentsOf: ResponseEncoder.continueLine)
  }

  private mutating func holdBody(_ octets: Int, on reactor: Reactor) -> Bool {
    guard octets > ServerLimits.smallBodyOctets else { return true }
    if let limit = reactor.core.holdBody(octets, bucket: holder.bucket) {
      current.keepsAlive = false
      current.request = nil
      reactor.counters.limits.bump(limit)
      current.started = MonotonicClock.nanoseconds
      refuseForRoom(on: reactor)
      return false
    }
    bodyHeld = octets
    return true
  }

  /// The present request's content is done with, or its connection.
  mutating func releaseBody(on reactor: Reactor) {
    guard bodyHeld > 0 else { return }
    reactor.core.releaseBody(bodyHeld, bucket: holder.bucket)
    bodyHeld = 0
  }

  /// - Parameter head: the octets of the whole request, if it is a head alone; else empty.
  mutating func finishRequest(_ head: Span<UInt8>, on reactor: Reactor) {
    guard var request = current.request else { return }
    current.request = nil
    // Its head may have come before that.
    if hasLostCertificate { request.connection = facts }
    request.body = machine.takeBody()
    machine.next()
    reactor.counters.requests.bump()
    current.started = MonotonicClock.nanoseconds
    var terms: RepeatTerms?
    switch reactor.core.responder.answer(request, terms: &terms) {
    case .ready(let response):
      let start = output.count
      let isWanted = enqueue(response, isShared: terms?.sharesContent ?? false, on: reactor)
      // One of ours in its place tells of this moment alone.
      if isWanted, let terms { remember(response, from: start, to: head, on: terms, reactor) }
    case .deferred(let work):
      requestHeld = 0
      begin(work, on: request.octetsHeld, reactor)
    case .parked(let parked) where reactor.isDraining:
      // Nobody would wake it any more.
      let answer = parked.resume(true)
      enqueue(
        answer ?? HTTPResponse(status: .noContent), isShared: parked.sharesContent, isOurs: answer == nil,
        on: reactor)
    case .parked(let parked): park(parked, for: request, on: reactor)
    }
  }

  private mutating func refuse(_ refusal: RequestRefusal, on reactor: Reactor) {
    reactor.counters.requestsMalformed.bump()
    if let limit = EngineLimit(refusal) { reactor.counters.limits.bump(limit) }
    forgetFinishedRequest()
    current.keepsAlive = false
    current.started = MonotonicClock.nanoseconds
    current.request = nil
    enqueue(
      Refusals.response(to: refusal, reactor.core.messageLimits, content: machine.bodyLimit), isOurs: true,
      on: reactor)
  }

  /// Before the engine answers on its own account: the facts of the request before must not shape
  /// the answer to one whose head was not read.
  mutating func forgetFinishedRequest() {
    if current.request == nil { current = Current() }
  }

  /// Answers collect in the reactor's buffer, which a connection keeps only if it cannot be sent.
  mutating func borrowOutput(of reactor: Reactor) {
    guard output.isEmpty else { return }
    swap(&output, &reactor.scratchOutput)
  }

  mutating func returnOutput(to reactor: Reactor) {
    guard output.isEmpty else { return giveRoomBack() }
    guard output.capacity > 0 else { return }
    if output.capacity <= 1 << 18 { reactor.scratchOutput = output }
    output = []
  }

  /// What waits for a slow peer takes no more memory than it needs.
  private mutating func giveRoomBack() {
    guard output.capacity > 4096, output.capacity > 2 * (output.count - outputStart) else { return }
    output = Array(output[outputStart...])
    outputStart = 0
  }
}
