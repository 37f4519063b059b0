// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import HTTPWire

/// One connection's whole state, kept in a reactor's table and touched on that reactor's queue only.
struct Connection {
  enum Phase {
    case closed
    case handshaking
    /// A balancer is to say whose connection it is.
    case introducing
    /// Reading requests.
    case open
    /// Reading HTTP/2, many requests at once.
    case multiplexed
    /// A deferred answer is awaited.
    case answering
    /// The last answer is being sent.
    case closing
    /// Our end is sent; what the peer still sends is dropped, lest a reset destroy our answer.
    case lingering
  }

  /// What the running deadline is for.
  enum Awaiting { case nothing, handshake, head, body, nextRequest, peerReading, peerLeaving, release }

  /// The request being read or answered.
  struct Current {
    var request: HTTPRequest?
    var method: HTTPMethod?
    var path: String?
    var isHTTP10 = false
    var keepsAlive = true
    /// When the request was whole, in monotonic nanoseconds.
    var started: UInt64 = 0
  }

  /// Slot and generation; the epoll and timer token.
  let token: UInt64
  var transport: Transport
  var phase: Phase
  var facts: ConnectionFacts
  /// The second since 1970 from which the client certificate counts only once it was looked at anew.
  var certificateEnd = Int64.max
  /// Whether the client certificate stopped counting: the next answer is the last, so that its client may come anew.
  var hasLostCertificate = false
  var admission: Admission

  var machine: RequestMachine
  var current = Current()
  /// What the present request's content counts for in the server's whole.
  var bodyHeld = 0
  /// Octets of the present request, while its content is awaited or its answer parked.
  var requestHeld = 0
  /// Whether nothing is read before the receiver of the present request's content has put away what came.
  var awaitsReceiver = false
  /// Octets received and not yet consumed.
  var input: [UInt8] = []
  /// Whether `input` waits for the output to drain, not for more input.
  var isInputStalled = false

  /// Heads and small bodies waiting to be sent, from `outputStart` on.
  var output: [UInt8] = []
  var outputStart = 0
  /// A large body that follows `output`, not copied.
  var body: ArraySlice<UInt8> = []
  var isWriteBlocked = false

  /// The epoll events asked for.
  var interest: UInt32
  /// Whether it waits in the reactor's lobby for each step: until the handshake is done.
  var isInLobby = false
  /// What came up since its last step there; none while it is not in the queue.
  var eventsInLobby: UInt32 = 0
  var task: Task<Void, Never>?
  /// What the request waits for while it is parked, and the millisecond at which that is over.
  var parked: ParkedAnswer?
  var parkedUntil: UInt64 = 0
  var requestsAnswered = 0
  /// Of the head that was last given a remembered answer: the same will come again.
  var lastHash: UInt64 = 0

  var awaiting = Awaiting.nothing
  var awaitingSince = 0
  /// Millisecond at which the deadline passes, and the tick of the timer entry that is valid.
  var deadline: UInt64 = .max
  var scheduledTick: UInt64 = .max
  /// Octets moved since the deadline was set, for the least rates.
  var octetsInWindow = 0
  /// Octets the peer had not acknowledged when the window began.
  var unacknowledgedBefore = 0
  /// Octets of TLS records that the system had taken then.
  var takenBefore = 0
  var lingeringOctets = 0
  /// Whether `body` is of this answer alone, not of what is published.
  var ownsBody = false
  /// What of `ServerLimits.heldOctets` is counted for this connection.
  var octetsHeld = 0
  /// Whether it is somebody's whom the service knows.
  var isKnown = false

  /// What HTTP/2 keeps; nil with HTTP/1.1.
  var http2: HTTP2Conversation?

  var hasPendingOutput: Bool { outputStart < output.count || !body.isEmpty }
}
