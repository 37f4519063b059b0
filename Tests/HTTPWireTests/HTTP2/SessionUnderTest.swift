// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTP2Frames
import HTTPMessages
import HTTPWire

/// A session with a small service behind it, a clock of its own, and the peer's eyes on what comes out.
final class SessionUnderTest {
  let session: HTTP2Session
  let reader = FrameReader()
  var now: UInt64 = 1_000_000
  /// Whole requests, in order.
  var requests: [HTTPRequest] = []
  var events: [HTTP2Event] = []
  var oversteps: [HTTP2Overstep] = []
  /// What "/large" answers.
  var largeOctets = 1_000_000

  init(
    http2: HTTP2Limits = SessionUnderTest.limits, limits: MessageLimits = MessageLimits(),
    pace: HTTP2Pace = HTTP2Pace(), bodyLimit: Int = 1000
  ) throws {
    let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true)
    struct NoMemory: Error {}
    guard
      let session = HTTP2Session(
        limits: limits, http2: http2, pace: pace, facts: facts, now: now, bodyLimit: { _ in bodyLimit })
    else { throw NoMemory() }
    self.session = session
    pump()
  }

  /// The defaults, with a window that a test can fill.
  static let limits: HTTP2Limits = {
    var limits = HTTP2Limits()
    limits.streamWindowOctets = 65_535
    return limits
  }()

  func send(_ octets: [UInt8], step: Int = .max) {
    var rest = octets[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(step))
      rest = rest.dropFirst(part.count)
      session.receive(part.span, now: now)
      pump()
    }
  }

  /// Takes octets of a peer that does not read: nothing is sent.
  func sendUnread(_ octets: [UInt8]) {
    session.receive(octets.span, now: now)
    for event in session.takeEvents() { heed(event) }
  }

  /// Lets time pass, with the looks at the deadlines that the session asks for.
  func wait(milliseconds: UInt64) {
    let end = now + milliseconds
    while session.nextDeadline <= end {
      now = max(now, session.nextDeadline)
      session.check(now: now)
      pump()
    }
    now = end
  }

  func pump() {
    repeat {
      for event in session.takeEvents() { heed(event) }
      var output: [UInt8] = []
      _ = session.fill(&output, limit: 1 << 20)
      guard !output.isEmpty || session.hasEvents else { return }
      reader.take(output)
    } while true
  }

  private func heed(_ event: HTTP2Event) {
    events.append(event)
    switch event {
    case .requested(let stream, let request):
      requests.append(request)
      if let response = answer(request) { respond(stream, response) }
    case .refused(let stream, let refusal): respond(stream, HTTPResponse(status: refusal.status))
    case .tooSlow(let stream): respond(stream, HTTPResponse(status: .requestTimeout))
    case .noRoom(let stream, _), .noPlace(let stream):
      respond(stream, HTTPResponse(status: .serviceUnavailable))
    case .overstepped(let overstep): oversteps.append(overstep)
    default: break
    }
  }

  private func answer(_ request: HTTPRequest) -> HTTPResponse? {
    switch request.path {
    case FrameCase.waitingPath: nil
    case "/large": HTTPResponse(status: .ok, body: .octets([UInt8](repeating: 7, count: largeOctets)))
    case "/echo": HTTPResponse(status: .ok, body: .octets(request.body))
    default: HTTPResponse(status: .ok, body: .text(request.path))
    }
  }

  func respond(_ stream: Int32, _ response: HTTPResponse) {
    let date = Array("Thu, 26 Nov 2026 12:00:00 GMT".utf8)
    _ = session.respond(to: stream, response, date: date, now: now)
  }
}
