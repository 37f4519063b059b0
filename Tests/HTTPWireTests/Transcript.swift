// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import HTTPMessages
import HTTPWire

/// A machine fed with text, and what it said.
struct Transcript {
  struct Heard: Equatable {
    var requests: [HTTPRequest] = []
    var refusal: RequestRefusal?
    /// The head of a request whose body is not there yet.
    var isBodyAwaited = false
  }

  var limits = MessageLimits()
  var bodyLimit = 1000

  static let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: false)

  /// Gives `octets` in pieces of `step`, as reads from a socket would, until a refusal.
  func hear(_ octets: [UInt8], step: Int = .max) -> Heard {
    var machine = RequestMachine(limits: limits)
    machine.bodyLimit = bodyLimit
    var index = HeadIndex()
    var heard = Heard()
    var head: HTTPRequest?
    var held: [UInt8] = []
    var rest = octets[...]
    while !rest.isEmpty {
      held += rest.prefix(step)
      rest = rest.dropFirst(step)
      var isAwaiting = false
      while !isAwaiting {
        var consumed = 0
        let event = machine.receive(held.span, index: &index, consumed: &consumed)
        switch event {
        case .awaitsMore: isAwaiting = true
        case .headRead: head = index.request(from: held.span, on: Self.facts)
        case .requestRead:
          if var request = head {
            request.body = machine.takeBody()
            heard.requests.append(request)
          }
          head = nil
          machine.next()
        case .refused(let refusal):
          heard.refusal = refusal
          return heard
        }
        held.removeFirst(consumed)
      }
    }
    heard.isBodyAwaited = head != nil
    return heard
  }

  func hear(_ text: String, step: Int = .max) -> Heard { hear(Array(text.utf8), step: step) }
}
