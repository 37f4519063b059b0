// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages

extension Connection {
  /// Holds the request until `parked` answers; nothing runs meanwhile.
  mutating func park(_ parked: ParkedAnswer, for request: HTTPRequest, on reactor: Reactor) {
    let octets = request.octetsHeld
    if let limit = limitPassed(by: octets, on: reactor) {
      reactor.counters.limits.bump(limit)
      return refuseForRoom(on: reactor)
    }
    requestHeld = octets
    phase = .answering
    self.parked = parked
    parkedUntil = reactor.now + parked.timeout.milliseconds
    reactor.waking.parkedCount += 1
    reactor.counters.parked.bump()
  }

  /// Asks whether there is an answer now; gives it if so.
  mutating func resume(isOver: Bool, on reactor: Reactor) {
    if http2 != nil { return resumeStreams(isOver: isOver, on: reactor) }
    guard let parked else { return }
    // Who asked is nobody any more: nothing is told.
    let isLost = losesCertificate(on: reactor)
    let answer = isLost ? nil : parked.resume(isOver)
    guard answer != nil || isLost || isOver else { return }
    leavePark(on: reactor)
    deliver(
      answer ?? HTTPResponse(status: .noContent), isShared: parked.sharesContent, isOurs: answer == nil,
      on: reactor)
    restAgain()
  }

  /// Who was answered after a long wait will wait again: if those who wait for one thing kept their buffers until they have been
  /// quiet for a while, all of these would have to be found at once.
  func restAgain() { transport.releaseBuffers() }

  /// The request waits no more: answered, or its connection closed.
  mutating func leavePark(on reactor: Reactor) {
    guard parked != nil else { return }
    parked = nil
    reactor.waking.parkedCount -= 1
    reactor.counters.parked.bump(by: -1)
  }
}
