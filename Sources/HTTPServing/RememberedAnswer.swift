// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc
internal import HTTPMessages
internal import HTTPWire

/// An answer and the octets that asked for it, in HTTP/2 the key of its fields: who polls sends the same head each time.
///
/// Only for a request that is its head alone, so equal octets are equal requests.
final class RememberedAnswer {
  let request: [UInt8]
  let hash: UInt64
  /// Nil without a client certificate that verified.
  let keyDigest: [UInt8]?
  let isLoopback: Bool
  let isTLS: Bool
  /// The head, with the content behind it if that is small; Date's value stands at `dateOffset`.
  let octets: [UInt8]
  let dateOffset: Int
  /// The head in HTTP/2; `octets` is empty then.
  let head: HTTP2ResponseHead?
  /// Content that is sent from where it is.
  let content: ArraySlice<UInt8>
  let terms: RepeatTerms
  /// Given again and not yet told. Touched on the reactor only.
  var uses = 0
  /// What these took together, from the look for it to the answer queued.
  var nanoseconds: UInt64 = 0
  /// Whether it is among those that the next report looks at.
  var awaitsReport = false

  init(
    request: [UInt8], hash: UInt64, facts: ConnectionFacts, octets: [UInt8], dateOffset: Int,
    head: HTTP2ResponseHead? = nil, content: ArraySlice<UInt8>, terms: RepeatTerms
  ) {
    self.request = request
    self.hash = hash
    keyDigest = facts.clientCertificateSPKI
    isLoopback = facts.isLoopback
    isTLS = facts.tls
    self.octets = octets
    self.dateOffset = dateOffset
    self.head = head
    self.content = content
    self.terms = terms
  }

  /// Whether Date's value stands at `offset`, where another is put each time the answer is given again.
  static func isDate(_ date: [UInt8], at offset: Int, in octets: [UInt8]) -> Bool {
    let isThere = octets.dropFirst(offset).starts(with: date)
    assert(isThere, "the answer to be remembered is not the one that was given")
    return isThere
  }

  /// Tells the responder of the uses so far, all of which fell in `second`.
  func tell(second: Int64) {
    guard uses > 0 else { return }
    terms.tally(uses, second, .nanoseconds(Int64(clamping: nanoseconds)))
    uses = 0
    nanoseconds = 0
  }

  /// Octets that this memory costs.
  var cost: Int {
    512 + request.count + octets.count + (head?.cost ?? 0) + (terms.sharesContent ? 0 : content.count)
  }

  /// Whether `head`, come on a connection of these facts, asks for it.
  func isAsked(by head: Span<UInt8>, on facts: ConnectionFacts) -> Bool {
    head.count == request.count && isAsked(atStartOf: head, on: facts)
  }

  /// Whether what asks for it is at the start of `input`, come on a connection of these facts.
  func isAsked(atStartOf input: Span<UInt8>, on facts: ConnectionFacts) -> Bool {
    guard input.count >= request.count, facts.tls == isTLS, facts.isLoopback == isLoopback,
      facts.clientCertificateSPKI == keyDigest
    else { return false }
    return unsafe input.withUnsafeBufferPointer { input in
      unsafe request.withUnsafeBufferPointer { request in
        guard let left = input.baseAddress, let right = request.baseAddress else { return false }
        // Both hold at least `request.count` octets.
        return unsafe memcmp(left, right, request.count) == 0
      }
    }
  }
}
