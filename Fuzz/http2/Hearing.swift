// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

/// Feeds one session as a connection would, answers what it asks, and lets its deadlines pass.
struct HTTP2Hearing {
  static let opening =
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0] + [
      0, 0, 0, 4, 1, 0, 0, 0, 0,
    ]

  private let limits: MessageLimits
  private let http2: HTTP2Limits
  private let bodyLimit: Int
  private let again = HTTP2ResponseHead(
    HTTPResponse(status: .ok), date: [UInt8](repeating: 0x30, count: 29), isTLS: true)

  /// Small limits are reached by small inputs.
  init(_ choice: UInt8) {
    var http2 = HTTP2Limits()
    if choice & 1 == 1 {
      limits = MessageLimits(
        requestLineOctets: 48, headerOctets: 200, headerCount: 8, trailerOctets: 24, trailerCount: 2
      )
      http2.streams = 3
      http2.fieldSectionOctets = 1000
      http2.heldBodyOctets = 100
      http2.streamWindowOctets = 100
      http2.resets = .init(burst: 2, perSecond: 1)
      http2.pings = .init(burst: 2, perSecond: 1)
    } else {
      limits = MessageLimits()
    }
    self.http2 = http2
    bodyLimit = choice & 0x80 == 0 ? 1000 : 16
  }

  /// The requests that were read; `seed` 0 gives all at once, another pieces of 1 to 64 octets. What is answered meanwhile,
  /// with `isLive`, changes what the rest means; a head that came before is recalled then.
  func hear(_ stream: [UInt8], cutting seed: UInt8, isLive: Bool = false) -> [HTTPRequest] {
    let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: true)
    var now: UInt64 = 1_000_000
    guard
      let session = HTTP2Session(
        limits: limits, http2: http2, pace: HTTP2Pace(), facts: facts, now: now,
        bodyLimit: { [bodyLimit] _ in bodyLimit })
    else { return [] }
    var known: Set<[UInt8]> = []
    if isLive {
      session.recall = { key, _ in
        var octets: [UInt8] = []
        for index in key.indices { octets.append(key[index]) }
        return !known.insert(octets).inserted
      }
    }
    var requests: [HTTPRequest] = []
    var rest = stream[...]
    var state = UInt32(seed)
    while !rest.isEmpty {
      state = state &* 1_664_525 &+ 1_013_904_223
      let part = Array(rest.prefix(seed == 0 ? rest.count : Int(state >> 26) + 1))
      rest = rest.dropFirst(part.count)
      session.receive(part.span, now: now)
      if isLive { heed(session, &requests, now) }
      precondition(
        session.octetsHeld <= http2.heldBodyOctets + 100_000, "more is held than allowed")
      precondition(session.streamCount <= http2.streams + 1, "more streams than allowed")
    }
    heed(session, &requests, now)
    // Whatever it left open, time ends it; the answers that no window lets out included.
    for _ in 0..<64 where session.nextDeadline != .max {
      now = max(now, session.nextDeadline)
      session.check(now: now)
      heed(session, &requests, now)
    }
    precondition(session.isEnding || session.isOver, "time did not end it")
    return requests
  }

  private func heed(_ session: HTTP2Session, _ requests: inout [HTTPRequest], _ now: UInt64) {
    let date = [UInt8](repeating: 0x30, count: 29)
    var output: [UInt8] = []
    while true {
      let events = session.takeEvents()
      for event in events {
        switch event {
        case .requested(let stream, let request):
          check(request)
          requests.append(request)
          let body = HTTPBody.octets([UInt8](repeating: 1, count: request.path.utf8.count * 50))
          _ = session.respond(
            to: stream, HTTPResponse(status: .ok, body: body), date: date, now: now)
        case .recalled(let stream):
          guard let again else { preconditionFailure("a head of nothing but a status") }
          let content = [UInt8](repeating: 1, count: 300)[...]
          session.respond(
            to: stream, again: again, content, isShared: !requests.count.isMultiple(of: 2), date: date,
            now: now)
        case .refused(let stream, let refusal):
          _ = session.respond(
            to: stream, HTTPResponse(status: refusal.status), date: date, now: now)
        case .tooSlow(let stream), .noRoom(let stream, _), .noPlace(let stream):
          _ = session.respond(
            to: stream, HTTPResponse(status: .requestTimeout), date: date, now: now)
        default: break
        }
      }
      output.removeAll(keepingCapacity: true)
      _ = session.fill(&output, limit: 1 << 20)
      if events.isEmpty, output.isEmpty { return }
    }
  }

  /// What holds of every request that passed.
  private func check(_ request: HTTPRequest) {
    precondition(request.body.count <= bodyLimit, "a body beyond its limit")
    precondition(request.fields.lines.count <= limits.headerCount + 1, "fields beyond their limit")
    precondition(request.fields.lines.allSatisfy(\.isWellFormed), "a field that could be two")
    precondition(request.fields.all("Host").count == 1, "no host, or two")
    precondition(request.path.hasPrefix("/") || request.path == "*", "a path of another form")
  }
}
