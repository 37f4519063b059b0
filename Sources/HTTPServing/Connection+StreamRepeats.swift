// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

/// Remembered answers that were found while a session read, until they are given.
final class RecalledAnswers {
  private var found: [RememberedAnswer] = []
  /// Octets of those whose content nobody shares.
  private var octets = 0
  private unowned let reactor: Reactor
  var holder: Holder

  init(_ reactor: Reactor, for holder: Holder) {
    self.reactor = reactor
    self.holder = holder
  }

  /// Looks for the answer to the request of `key`; on the reactor, as everything of a connection.
  func look(for key: Span<UInt8>, on facts: ConnectionFacts) -> Bool {
    guard key.count <= AnswerMemo.requestOctets, !reactor.isDraining,
      let answer = reactor.recall(key, on: facts)
    else { return false }
    if !answer.terms.sharesContent {
      let held = octets + answer.content.count
      // Who has no room for it is turned away as if it was not remembered.
      let holder = Holder(bucket: holder.bucket, isKnown: holder.isKnown || answer.terms.isForKnown)
      guard reactor.core.held.limitPassed(by: held, for: holder, reactor.core.limits) == nil else {
        return false
      }
      octets = held
    }
    found.append(answer)
    return true
  }

  /// What was found, in order.
  func take() -> [RememberedAnswer] {
    defer { (found, octets) = ([], 0) }
    return found
  }
}

extension Connection {
  /// Gives a remembered answer.
  mutating func give(_ answer: RememberedAnswer, to stream: Int32, on reactor: Reactor) {
    guard let session = http2?.session, let head = answer.head else { return }
    let begin = MonotonicClock.nanoseconds
    reactor.counters.requests.bump()
    countAnswer(on: reactor)
    let isShared = answer.terms.sharesContent
    if answer.terms.isForKnown { becomeKnown(on: reactor) }
    session.respond(
      to: stream, again: head, answer.content, isShared: isShared, date: reactor.dateLine.octets,
      now: reactor.now)
    if !isShared { hold(answer.content.count, on: reactor) }
    reactor.memo.noteUse(
      of: answer, nanoseconds: MonotonicClock.nanoseconds - begin, second: reactor.dateLine.second)
  }

  /// Remembers an answer that is given to `stream`, whose request is known by `key`.
  func remember(
    _ response: HTTPResponse, to key: [UInt8], of stream: Int32, on terms: RepeatTerms, _ reactor: Reactor
  ) {
    guard let session = http2?.session, !key.isEmpty, key.count <= AnswerMemo.requestOctets,
      let head = HTTP2ResponseHead(response, date: reactor.dateLine.octets, isTLS: facts.tls)
    else { return }
    let hasContent = !session.isHead(stream) && response.status.allowsBody
    reactor.memo.insert(
      RememberedAnswer(
        request: key, hash: reactor.memo.hash(key.span, facts), facts: facts, octets: [], dateOffset: 0,
        head: head, content: hasContent ? response.body.slice : [], terms: terms))
  }
}
