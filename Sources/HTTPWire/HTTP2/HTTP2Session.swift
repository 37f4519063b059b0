// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CNGHTTP2
package import HTTPMessages

/// The server's side of one HTTP/2 connection (RFC 9113) on libnghttp2, without sockets or clocks: octets and
/// milliseconds in, events and octets out.
///
/// The library keeps frames, field compression, stream states and windows; here are the rules of requests, and the
/// bounds on what a peer may make us do. One owner at a time uses it.
@safe package final class HTTP2Session {
  /// What the library keeps. Made in `init`, freed in `deinit`; calls back only while one of our calls runs.
  let handle: OpaquePointer
  let limits: MessageLimits
  let http2: HTTP2Limits
  let pace: HTTP2Pace
  let scheme: StaticString
  let receiver: (HTTPRequest) -> (any ContentReceiver)?
  let bodyLimit: (HTTPRequest) -> Int
  /// Asked about each request without content, by its key, before it is read; nil knows none.
  package var recall: ((_ key: Span<UInt8>, _ facts: ConnectionFacts) -> Bool)?
  /// Requests known by more octets are never asked about.
  package var recalledOctets = 4096
  /// Asked about each request that brings content, before its peer is known.
  package var knows: ((HTTPRequest) -> Bool)?
  /// Whether the peer is somebody, for whom there is more room.
  package var isKnown = false
  /// What requests are told of the connection.
  package var facts: ConnectionFacts

  /// The present millisecond, as the last call said.
  var now: UInt64
  var streams: [Int32: HTTP2Stream] = [:]
  var events: [HTTP2Event] = []
  var index = HeadIndex()

  // What a peer may still make us do.
  var resets: FrameBudget
  /// Resets that the budget has paid for already, when the library began to owe them.
  var resetsPaid = 0
  var settings: FrameBudget
  var pings: FrameBudget
  var emptyData: FrameBudget
  var priorities: FrameBudget
  var windowUpdates: FrameBudget
  var otherFrames: FrameBudget
  /// CONTINUATION frames and decoded octets of the field block that is being read.
  var continuations = 0
  var sectionOctets = 0
  var scanner = HTTP2FrameScanner()
  var history = HTTP2StreamHistory()
  /// The widest window of a stream when SETTINGS began, and what the peer set streams to begin with.
  var widestWindow = 0
  var initialWindow = 65_535
  /// Body octets held over all streams.
  var heldOctets = 0
  /// Octets of heads whose bodies are awaited, over all streams.
  var heldHeadOctets = 0
  /// How many octets of heads and bodies there is room for beside those of all other connections, told before each `receive`.
  package var room = Int.max
  /// The same once the peer is known.
  package var roomOfKnown = Int.max
  /// What of that the present `receive` has taken up.
  var roomTaken = 0

  /// The connection ends for this; nothing more is read.
  var overstep: HTTP2Overstep?
  /// The library gave up; nothing more is read.
  var hasFailed = false
  /// When a field block was begun that has not ended.
  var blockSince: UInt64?
  var blockStream: Int32 = 0
  /// Whether the peer has acknowledged our SETTINGS; until then the time is short.
  var isSettled = false
  let began: UInt64
  /// When the last stream ended.
  var idleSince: UInt64
  /// The millisecond at which a connection that has no place ends unheard; 0 for one that has.
  var turnsAwayBy: UInt64 = 0
  /// When draining began, and whether the last stream is named.
  var drainingSince: UInt64?
  var hasNamedLast = false
  /// Octets of answers put into frames since the connection's window was looked at.
  var writtenInWindow = 0
  var writeWindowEnd: UInt64 = 0

  /// A session whose first SETTINGS wait to be sent; nil for want of memory.
  ///
  /// - Parameters:
  ///   - receiver: who takes a request's content as it arrives, decided from its head; nil when it is held.
  ///   - bodyLimit: the most octets that a request may bring, decided from its head.
  package init?(
    limits: MessageLimits, http2: HTTP2Limits, pace: HTTP2Pace, scheme: StaticString = "https",
    facts: ConnectionFacts, now: UInt64,
    receiver: @escaping (HTTPRequest) -> (any ContentReceiver)? = { _ in nil },
    bodyLimit: @escaping (HTTPRequest) -> Int
  ) {
    self.limits = limits
    self.http2 = http2
    self.pace = pace
    self.scheme = scheme
    self.facts = facts
    self.receiver = receiver
    self.bodyLimit = bodyLimit
    self.now = now
    began = now
    idleSince = now
    resets = FrameBudget(http2.resets, now: now)
    settings = FrameBudget(http2.settings, now: now)
    pings = FrameBudget(http2.pings, now: now)
    emptyData = FrameBudget(http2.emptyData, now: now)
    priorities = FrameBudget(http2.priorities, now: now)
    windowUpdates = FrameBudget(http2.windowUpdates, now: now)
    otherFrames = FrameBudget(http2.otherFrames, now: now)
    guard let callbacks = unsafe HTTP2Callbacks.make(), let options = unsafe Self.options(http2) else {
      return nil
    }
    defer {
      unsafe nghttp2_session_callbacks_del(callbacks)
      unsafe nghttp2_option_del(options)
    }
    var made: OpaquePointer?
    guard unsafe nghttp2_session_server_new2(&made, callbacks, nil, options) == 0, let made = unsafe made
    else {
      return nil
    }
    unsafe handle = made
    // The library calls back only during calls on this object, which keep it alive.
    unsafe nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque())
    announce()
  }

  deinit { unsafe nghttp2_session_del(handle) }

  private static func options(_ http2: HTTP2Limits) -> OpaquePointer? {
    var made: OpaquePointer?
    guard unsafe nghttp2_option_new(&made) == 0, let options = unsafe made else { return nil }
    unsafe nghttp2_option_set_no_auto_window_update(options, 1)
    // Our own bounds come first; these stand behind them. The library counts a frame that comes octet by octet anew for each.
    unsafe nghttp2_option_set_max_continuations(options, (http2.continuations + 1) * 16)
    unsafe nghttp2_option_set_stream_reset_rate_limit(
      options, UInt64(http2.resets.burst) * 2 + 1, UInt64(http2.resets.perSecond) * 2 + 1)
    return unsafe options
  }

  private func announce() {
    let sectionOctets = limits.requestLineOctets + limits.headerOctets + 32 * limits.headerCount
    let settings = [
      (NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, http2.streams),
      (NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, http2.streamWindowOctets),
      (NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, min(sectionOctets, http2.fieldSectionOctets)),
      (NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
    ].map { nghttp2_settings_entry(settings_id: Int32($0.rawValue), value: UInt32(clamping: $1)) }
    unsafe nghttp2_submit_settings(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
    unsafe nghttp2_session_set_local_window_size(
      handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, Int32(clamping: http2.connectionWindowOctets))
  }

  /// Reads on; what it leads to is in `takeEvents()`.
  package func receive(_ octets: Span<UInt8>, now: UInt64) {
    self.now = now
    roomTaken = 0
    var fed = 0
    var position = 0
    var start = 0
    while !isEnding, let header = scanner.next(in: octets, from: &position, start: &start) {
      // What came before is done first, so that the frame meets the state it finds.
      feed(octets.extracting(fed..<start))
      fed = start
      if !isEnding { frameBegan(header) }
    }
    feed(octets.extracting(fed...))
  }

  private func feed(_ octets: Span<UInt8>) {
    guard !isEnding, octets.count > 0 else { return }
    let count = unsafe octets.withUnsafeBufferPointer { buffer in
      unsafe nghttp2_session_mem_recv(handle, buffer.baseAddress, buffer.count)
    }
    if count < 0 { fail(Int32(truncatingIfNeeded: count)) }
  }

  /// What happened since the last time.
  package func takeEvents() -> [HTTP2Event] {
    guard !events.isEmpty else { return [] }
    defer { events = [] }
    return events
  }

  /// Whether events wait to be taken.
  package var hasEvents: Bool { !events.isEmpty }

  /// Whether nothing more is read.
  package var isEnding: Bool { overstep != nil || hasFailed }

  /// Whether frames wait to be made.
  package var hasMoreToSay: Bool { unsafe nghttp2_session_want_write(handle) != 0 }

  /// Whether so many frames wait that a peer which does not read must not bring about more.
  package var isBackedUp: Bool {
    unsafe nghttp2_session_get_outbound_queue_size(handle) > http2.queuedFrames
  }

  /// Whether all is said and read.
  package var isOver: Bool {
    unsafe nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0
  }

  /// Streams open now.
  package var streamCount: Int { streams.count }

  /// Ends the connection for what the peer did.
  func overstep(_ overstep: HTTP2Overstep, code: HTTP2ErrorCode = .enhanceYourCalm) {
    guard !isEnding else { return }
    self.overstep = overstep
    events.append(.overstepped(overstep))
    unsafe nghttp2_session_terminate_session(handle, code.rawValue)
  }

  /// There is no place for this connection: what it asks for, until `deadline`, is not read but told so.
  package func turnAway(by deadline: UInt64) { turnsAwayBy = deadline }

  /// Octets held for this peer alone: a head that comes, heads and bodies of requests that are not whole, and answers that no one
  /// shares.
  package var octetsHeld: Int {
    streams.values.reduce(heldOctets + heldHeadOctets) {
      $0 + $1.octets.count + ($1.ownsContent ? $1.content.count : 0)
    }
  }

  /// Ends the connection for a rule of the protocol that the library is lenient about.
  func violate(_ code: HTTP2ErrorCode) {
    guard !isEnding else { return }
    hasFailed = true
    events.append(.violated)
    unsafe nghttp2_session_terminate_session(handle, code.rawValue)
  }

  /// The library cannot go on: a preface that is none, or one of the bounds behind ours.
  private func fail(_ error: Int32) {
    switch error {
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC.rawValue: violate(.protocolError)
    case NGHTTP2_ERR_FLOODED.rawValue, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS.rawValue: violate(.enhanceYourCalm)
    default: violate(.internalError)
    }
  }

  /// No new streams: first said without naming the last, so that requests under way are not lost, then with it.
  package func drain(now: UInt64) {
    self.now = now
    guard drainingSince == nil, !isEnding else { return }
    drainingSince = now
    unsafe nghttp2_submit_shutdown_notice(handle)
    unsafe nghttp2_submit_ping(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
  }

  /// No new streams beside those that came: said at once, to a peer that none of them is for.
  package func endBehindLast(now: UInt64) {
    self.now = now
    guard !isEnding else { return }
    drainingSince = drainingSince ?? now
    nameLast()
  }

  /// The second word of draining, once the peer has surely heard the first.
  func nameLast() {
    guard drainingSince != nil, !hasNamedLast else { return }
    hasNamedLast = true
    unsafe nghttp2_submit_goaway(
      handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(handle),
      HTTP2ErrorCode.noError.rawValue, nil, 0)
  }

  /// Moves what waits to be sent behind `output`, until that holds `limit` octets.
  /// - Returns: whether there may be more.
  package func fill(_ output: inout [UInt8], limit: Int) -> Bool {
    while output.count < limit {
      var start: UnsafePointer<UInt8>?
      let count = unsafe nghttp2_session_mem_send(handle, &start)
      guard count > 0, let start = unsafe start else {
        if count < 0 { hasFailed = true }
        return false
      }
      // The library's octets stay until the next call.
      unsafe output.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }
    return true
  }
}
