// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
internal import HTTPMessages
internal import HTTPWire

/// Feeds one machine as a connection would, and keeps what it said.
struct Hearing {
  let limits: MessageLimits
  let bodyLimit: Int
  /// Whether the stream comes through TLS.
  let isSecured: Bool
  /// Whether content is taken as it comes, not when the request is whole.
  var takesPieces = false

  /// Small limits are reached by small inputs.
  init(limits choice: UInt8) {
    switch choice % 3 {
    case 0: limits = MessageLimits()
    case 1:
      limits = MessageLimits(
        requestLineOctets: 24, headerOctets: 64, headerCount: 4, trailerOctets: 24, trailerCount: 2,
        chunkLineOctets: 12, chunkExtensionOctets: 16)
    default: limits = MessageLimits(requestLineOctets: 48, headerOctets: 200, headerCount: 8)
    }
    bodyLimit = choice & 0x80 == 0 ? 1000 : 16
    isSecured = choice & 0x40 != 0
  }

  /// `seed` 0 gives all at once, 1 octet by octet, another pieces of 1 to 64 octets.
  func hear(_ stream: [UInt8], cutting seed: UInt8) -> Heard {
    var machine = RequestMachine(limits: limits, isSecured: isSecured)
    machine.bodyLimit = bodyLimit
    var index = HeadIndex()
    var heard = Heard()
    var head: HTTPRequest?
    /// What was taken of the present request's content.
    var taken: [UInt8] = []
    var held: [UInt8] = []
    var rest = stream[...]
    var state = UInt32(seed)
    while !rest.isEmpty {
      state = state &* 1_664_525 &+ 1_013_904_223
      let size = seed == 0 ? rest.count : seed == 1 ? 1 : Int(state >> 26) + 1
      held += rest.prefix(size)
      rest = rest.dropFirst(size)
      var isAwaiting = false
      while !isAwaiting {
        var consumed = 0
        let event = machine.receive(held.span, index: &index, consumed: &consumed)
        precondition(consumed <= held.count, "more was consumed than given")
        if takesPieces, head != nil {
          // As a connection hands it on: what may still come shrinks by it.
          let piece = machine.takeBody()
          machine.bodyLimit -= piece.count
          taken += piece
          precondition(machine.bodyLimit >= 0, "more content than allowed")
        }
        switch event {
        case .awaitsMore: isAwaiting = true
        case .headRead:
          head = index.request(from: held.span, on: Self.facts)
          // Remembered answers are found by the octets up to the first empty line.
          let length = unsafe cordon_head_length(held, held.count)
          precondition(consumed == length, "a head of another length")
        case .requestRead:
          guard var request = head else { preconditionFailure("a request without a head") }
          request.body = taken + machine.takeBody()
          heard.requests.append(request)
          head = nil
          taken = []
          machine.bodyLimit = bodyLimit
          machine.next()
        case .refused(let refusal):
          heard.refusal = refusal
          let again = machine.receive(held.span, index: &index, consumed: &consumed)
          precondition(again == .refused(refusal), "a refusal was taken back")
          return heard
        }
        held.removeFirst(consumed)
      }
    }
    heard.hasOpenRequest = machine.isInsideRequest
    return heard
  }

  private static let facts = ConnectionFacts(peerAddress: "192.0.2.1", isLoopback: false, tls: false)
}

struct Heard: Equatable {
  var requests: [HTTPRequest] = []
  var refusal: RequestRefusal?
  var hasOpenRequest = false

  /// Whether both let the same requests pass and refuse alike. Which of two broken rules is named may depend on the
  /// pieces: a limit is reached before the rest has come.
  func means(_ other: Heard) -> Bool {
    requests == other.requests && hasOpenRequest == other.hasOpenRequest
      && (refusal == nil) == (other.refusal == nil)
  }

  /// What holds of every request that passed.
  func check(_ hearing: Hearing) {
    for request in requests {
      precondition(request.body.count <= hearing.bodyLimit, "a body beyond its limit")
      precondition(request.fields.lines.count <= hearing.limits.headerCount, "fields beyond their limit")
      precondition(request.fields.lines.allSatisfy(\.isWellFormed), "a field that could be two")
      precondition(request.fields.all("Content-Length").count <= 1, "two lengths")
      precondition(
        !(request.fields.contains("Content-Length") && request.fields.contains("Transfer-Encoding")),
        "two framings")
      precondition(request.path.hasPrefix("/") || request.path == "*", "a path of another form")
      let segments = request.path.split(separator: "/").map { $0.lowercased() }
      precondition(
        segments.allSatisfy { ![".", "..", "%2e", "%2e%2e", ".%2e", "%2e."].contains($0) }, "dots")
      _ = try? request.pathSegments
      _ = try? request.queryItems
    }
  }
}
