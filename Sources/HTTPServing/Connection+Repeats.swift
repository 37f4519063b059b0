// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

extension Connection {
  /// Gives a remembered answer, if `input` begins with the head that had it and the answer still stands.
  /// - Returns: the octets of the request; nil if it must be read.
  mutating func repeatAnswer(to input: Span<UInt8>, on reactor: Reactor) -> Int? {
    guard !machine.isInsideRequest, !reactor.isDraining, !hasLostCertificate, !input.isEmpty,
      requestsAnswered + 1 < reactor.core.limits.requestsPerConnection
    else { return nil }
    let begin = MonotonicClock.nanoseconds
    guard let answer = reactor.recall(fromStartOf: input, last: lastHash, on: facts),
      answer.head == nil,
      answer.terms.sharesContent || answer.content.isEmpty
        || limitPassed(by: answer.content.count, on: reactor) == nil
    else { return nil }
    lastHash = answer.hash
    if answer.terms.isForKnown { becomeKnown(on: reactor) }
    requestsAnswered += 1
    reactor.counters.requests.bump()
    let start = output.count
    output.append(contentsOf: answer.octets)
    overwriteDate(at: start + answer.dateOffset, with: reactor.dateLine.octets)
    body = answer.content
    ownsBody = !answer.terms.sharesContent
    reactor.memo.noteUse(
      of: answer, nanoseconds: MonotonicClock.nanoseconds - begin, second: reactor.dateLine.second)
    return answer.request.count
  }

  private mutating func overwriteDate(at offset: Int, with date: [UInt8]) {
    output.replaceSubrange(offset..<offset + date.count, with: date)
  }

  /// Remembers the answer just queued from `start` of the output on.
  /// - Parameter head: the octets of the whole request; empty if it was more than a head, or came in parts.
  func remember(
    _ response: HTTPResponse, from start: Int, to head: Span<UInt8>, on terms: RepeatTerms,
    _ reactor: Reactor
  ) {
    let dateOffset = ResponseEncoder.dateOffset(for: response.status)
    let octets = Array(output[start...])
    guard phase == .open, current.keepsAlive, !current.isHTTP10, !head.isEmpty,
      head.count <= AnswerMemo.requestOctets,
      RememberedAnswer.isDate(reactor.dateLine.octets, at: dateOffset, in: octets)
    else { return }
    var request: [UInt8] = []
    request.reserveCapacity(head.count)
    request.append(copying: head)
    reactor.memo.insert(
      RememberedAnswer(
        request: request, hash: reactor.memo.hash(head, facts), facts: facts, octets: octets,
        dateOffset: dateOffset, content: body, terms: terms))
  }
}
