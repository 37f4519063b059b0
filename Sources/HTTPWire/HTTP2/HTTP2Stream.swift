// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages

/// One stream's state inside its session.
final class HTTP2Stream {
  struct Line {
    let name: OctetRange
    let value: OctetRange
    let known: KnownField
  }

  let id: Int32

  // The field block being read: names and values one after the other, and where they lie.
  var octets: [UInt8] = []
  var lines: [Line] = []
  var method: OctetRange?
  var scheme: OctetRange?
  var authority: OctetRange?
  var path: OctetRange?
  /// The fields as HTTP/1.1 would write them, line ends included.
  var fieldOctets = 0
  var trailerCount = 0
  var trailerOctets = 0

  /// The whole head, when it is known by its octets; empty otherwise.
  var key: [UInt8] = []

  /// The first rule broken; nothing of the request is kept then.
  var refusal: RequestRefusal?
  /// The head was read, the end of the request is awaited.
  var request: HTTPRequest?
  var isHead = false
  /// Its method, once the head was read.
  var readMethod: HTTPMethod?
  /// Whether the peer may still send on it.
  var isReceiving = true
  /// Whether what comes is dropped, since the answer is settled.
  var isDiscarding = false
  /// The millisecond at which the peer is told to send no more of a request that was answered before its end; 0 while it is not.
  var resetAt: UInt64 = 0
  var body: [UInt8] = []
  /// What may come of it, and what may still come.
  var contentLimit = 0
  var bodyLimit = 0
  /// Octets for which the peer's window opens again only when who takes them has put them away.
  var unconsumed = 0
  /// Whether that is being waited for.
  var awaitsReceiver = false
  /// Octets of memory that it takes, here or with who takes it.
  var bodyHeld = 0
  /// Octets of memory that the head takes while content is awaited.
  var headHeld = 0

  var isAnswered = false
  /// Whether that content is of this answer alone.
  var ownsContent = false
  /// What of the answer's content is not yet in frames.
  var content: ArraySlice<UInt8> = []

  // For the least rates; 0 while none is measured.
  var bodyWindowEnd: UInt64 = 0
  var bodyOctetsInWindow = 0
  var writeWindowEnd: UInt64 = 0
  var writtenInWindow = 0

  init(_ id: Int32) { self.id = id }

  /// Gives back what only the reading of a head needs.
  func forgetHead() {
    octets = []
    lines = []
  }
}
