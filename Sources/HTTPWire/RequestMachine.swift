// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The server's side of reading HTTP/1.1 (RFC 9112), without sockets or clocks: octets in, events
/// out. The caller keeps what was not consumed and gives it again, with more behind it.
package struct RequestMachine: Sendable {
  /// What the input led to.
  package enum Event: Hashable, Sendable {
    /// Nothing yet; give more.
    case awaitsMore
    /// A head was read into the index; `bodyLimit` may be set before the next call.
    case headRead
    /// The request is whole; `takeBody()` and then `next()`.
    case requestRead
    case refused(RequestRefusal)
  }

  private enum State: Sendable {
    case expectingHead
    case expectingBody(remaining: Int)
    case expectingChunks(ChunkedBody)
    case complete
    case refused(RequestRefusal)
  }

  /// The most octets the body may have.
  package var bodyLimit = 0

  private let limits: MessageLimits
  /// Whether the octets come through TLS.
  private let isSecured: Bool
  private var state = State.expectingHead
  private var search = HeadSearch()
  private var body: [UInt8] = []

  /// - Parameter isSecured: whether the octets come through TLS; a target with a scheme must have the one that fits.
  package init(limits: MessageLimits, isSecured: Bool = false) {
    self.limits = limits
    self.isSecured = isSecured
  }

  /// Whether a request has begun: its head is partly there, or its body is awaited.
  package var isInsideRequest: Bool {
    if case .expectingHead = state { return search.hasBegun }
    return true
  }

  /// Reads on.
  /// - Parameter consumed: set to the octets of `input` that are done with.
  package mutating func receive(
    _ input: Span<UInt8>, index: inout HeadIndex, consumed: inout Int
  ) -> Event {
    consumed = 0
    do throws(RequestRefusal) {
      return try advance(input, &index, &consumed)
    } catch {
      state = .refused(error)
      return .refused(error)
    }
  }

  private mutating func advance(
    _ input: Span<UInt8>, _ index: inout HeadIndex, _ consumed: inout Int
  ) throws(RequestRefusal) -> Event {
    switch state {
    case .expectingHead:
      guard let length = try search.end(in: input, limits: limits) else { return .awaitsMore }
      try HeadReader(limits: limits, isSecured: isSecured).read(input, length: length, into: &index)
      consumed = length
      expectBody(index.framing)
      return .headRead
    case .expectingBody(let remaining):
      guard body.count + remaining <= bodyLimit else { throw .bodyTooLarge }
      consumed = min(remaining, input.count)
      // No more room than content came for: a length is a promise.
      if body.isEmpty, consumed == remaining { body.reserveCapacity(remaining) }
      body.append(copying: input.extracting(0..<consumed))
      guard consumed == remaining else {
        state = .expectingBody(remaining: remaining - consumed)
        return .awaitsMore
      }
      state = .complete
      return .requestRead
    case .expectingChunks(var chunks):
      let isComplete = try chunks.read(
        input, from: &consumed, into: &body, bodyLimit: bodyLimit, limits: limits)
      state = isComplete ? .complete : .expectingChunks(chunks)
      return isComplete ? .requestRead : .awaitsMore
    case .complete: return .requestRead
    case .refused(let refusal): throw refusal
    }
  }

  private mutating func expectBody(_ framing: HeadIndex.Framing) {
    switch framing {
    case .none, .length(0): state = .complete
    case .length(let length): state = .expectingBody(remaining: length)
    case .chunked: state = .expectingChunks(ChunkedBody())
    }
  }

  /// The body of a whole request; empty afterwards.
  package mutating func takeBody() -> [UInt8] {
    guard !body.isEmpty else { return [] }
    let taken = body
    body = []
    return taken
  }

  /// Octets of memory that the body read so far takes.
  package var heldOctets: Int { body.capacity }

  /// Drops what was read of a request that will not be answered.
  package mutating func abandon() { body = [] }

  /// Expects the next request.
  package mutating func next() {
    state = .expectingHead
    search = HeadSearch()
  }
}
