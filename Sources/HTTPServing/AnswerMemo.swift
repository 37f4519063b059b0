// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// A reactor's remembered answers, found by a request's octets. Bounded in number and octets; empty
/// again as soon as the responder's epoch changes.
struct AnswerMemo {
  /// Answers remembered at most; of those that meet in one place, the two newest.
  static let capacity = 8192
  /// Octets remembered at most; one more answer than fits and all are forgotten.
  static let capacityOctets = 32 << 20
  /// Heads longer than this are read anew each time.
  static let requestOctets = 4096

  private var slots: [RememberedAnswer?] = []
  private var octets = 0
  private var epoch: UInt64 = 0
  /// Uses of one answer that are told together at most, so that telling is never a long piece of work.
  static let usesToldAtOnce = 256
  /// Given again since the last report.
  private var used: [RememberedAnswer] = []
  private let seed = UInt64.random(in: .min ... .max)

  /// The length of the head at the start of `input`; nil unless it is whole and not too long.
  static func headLength(_ input: Span<UInt8>) -> Int? {
    HeadOctets.length(in: input, limit: requestOctets)
  }

  /// A number by which `head` is found; the seed keeps peers from choosing where they meet.
  func hash(_ head: Span<UInt8>, _ facts: ConnectionFacts) -> UInt64 {
    var hash = HeadOctets.hash(head, seed: seed)
    // Eight octets of a digest spread well; the comparison is with all of it.
    if let digest = facts.clientCertificateSPKI {
      for octet in digest.prefix(8) { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    }
    return hash
  }

  /// The answer to `head`, if it is remembered and stands in `epoch`. The caller looks whether it has expired.
  mutating func find(
    _ head: Span<UInt8>, hash: UInt64, on facts: ConnectionFacts, epoch: UInt64
  ) -> RememberedAnswer? {
    find(hash, epoch: epoch) { $0.isAsked(by: head, on: facts) }
  }

  /// The answer to the head at the start of `input`, if the head with `hash` is there again: neither where it ends nor its
  /// hash need be found anew. For HTTP/1.1, where equal octets at the start are an equal head.
  mutating func find(
    again hash: UInt64, atStartOf input: Span<UInt8>, on facts: ConnectionFacts, epoch: UInt64
  ) -> RememberedAnswer? {
    find(hash, epoch: epoch) { $0.isAsked(atStartOf: input, on: facts) }
  }

  private mutating func find(
    _ hash: UInt64, epoch: UInt64, _ isAsked: (RememberedAnswer) -> Bool
  ) -> RememberedAnswer? {
    guard epoch == self.epoch else {
      expire(epoch)
      return nil
    }
    guard !slots.isEmpty else { return nil }
    let place = Int(truncatingIfNeeded: hash) & (Self.capacity - 1)
    if let first = slots[place], first.hash == hash, isAsked(first) { return first }
    if let second = slots[place ^ 1], second.hash == hash, isAsked(second) { return second }
    return nil
  }

  /// Remembers an answer made in the epoch of the last `find`; one of another epoch is dropped.
  mutating func insert(_ answer: RememberedAnswer) {
    guard answer.terms.epoch == epoch, answer.cost <= Self.capacityOctets else { return }
    if octets + answer.cost > Self.capacityOctets { clear() }
    if slots.isEmpty { slots = Array(repeating: nil, count: Self.capacity) }
    let place = Int(truncatingIfNeeded: answer.hash) & (Self.capacity - 1)
    // The newer stands first; what stood there moves, what stood second goes.
    octets += answer.cost - (slots[place ^ 1]?.cost ?? 0)
    slots[place ^ 1] = slots[place]
    slots[place] = answer
  }

  /// Counts that `answer` was given again in `second`, and how long that took.
  mutating func noteUse(of answer: RememberedAnswer, nanoseconds: UInt64, second: Int64) {
    if !answer.awaitsReport {
      answer.awaitsReport = true
      used.append(answer)
    }
    answer.uses += 1
    answer.nanoseconds += nanoseconds
    if answer.uses == Self.usesToldAtOnce { answer.tell(second: second) }
  }

  /// Tells the responder what was given again; the uses since the last report fell in `second`.
  mutating func report(second: Int64) {
    guard !used.isEmpty else { return }
    for answer in used {
      answer.tell(second: second)
      answer.awaitsReport = false
    }
    used.removeAll(keepingCapacity: true)
  }

  /// Forgets all answers unless `epoch` is still theirs.
  mutating func expire(_ epoch: UInt64) {
    guard epoch != self.epoch else { return }
    clear()
    self.epoch = epoch
  }

  /// Forgets all answers; uses not yet told stay to be told.
  mutating func clear() {
    guard octets > 0 else { return }
    slots = []
    octets = 0
  }
}

extension Reactor {
  /// The remembered answer to a request that is known by `octets`, if it still stands.
  func recall(_ octets: Span<UInt8>, on facts: ConnectionFacts) -> RememberedAnswer? {
    let epoch = core.responder.epoch
    return standing(memo.find(octets, hash: memo.hash(octets, facts), on: facts, epoch: epoch))
  }

  /// The remembered answer to the head at the start of `input`, if one is there and the answer still stands.
  /// - Parameter last: the hash of the head that is the most likely one.
  func recall(fromStartOf input: Span<UInt8>, last: UInt64, on facts: ConnectionFacts) -> RememberedAnswer? {
    let epoch = core.responder.epoch
    if let answer = memo.find(again: last, atStartOf: input, on: facts, epoch: epoch) {
      return standing(answer)
    }
    guard let length = AnswerMemo.headLength(input) else { return nil }
    let head = input.extracting(..<length)
    return standing(memo.find(head, hash: memo.hash(head, facts), on: facts, epoch: epoch))
  }

  /// `answer`, unless the credential that it was given to has expired.
  private func standing(_ answer: RememberedAnswer?) -> RememberedAnswer? {
    guard let answer, answer.terms.expiresAt.map({ core.responder.second < $0 }) ?? true else { return nil }
    return answer
  }
}
