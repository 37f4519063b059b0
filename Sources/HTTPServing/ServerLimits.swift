// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import HTTPWire

/// Every bound the engine enforces, in one place. Octets, counts and durations as named.
public struct ServerLimits: Hashable, Sendable {
  /// The request line without its line end; more is 414.
  public var requestLineOctets = 8192
  /// All field lines of a head together; more is 431.
  public var headerOctets = 16_384
  /// Field lines in a head; more is 431.
  public var headerCount = 64
  /// Content of one request; more is 413. A responder may ask for less.
  public var bodyOctets = 16 << 20
  /// Content of all requests together that may be awaited or held, each above `smallBodyOctets` counted by its announced
  /// length, or by what it may have at most; one more is answered 503.
  public var bodiesOctets = 256 << 20
  /// The same for one address (an IPv6 address counts by its /64), so that nobody takes it from all.
  public var bodiesOctetsPerAddress = 64 << 20
  /// Content up to this length is not counted.
  public static let smallBodyOctets = 1 << 16
  /// Field lines after a chunked body, and their octets.
  public var trailerCount = 16
  /// Octets of those lines.
  public var trailerOctets = 4096
  /// The line of a chunk's size and extensions; more is 400.
  public var chunkLineOctets = 256
  /// All chunk extensions of one body; more is 400.
  public var chunkExtensionOctets = 1024

  /// Connections in all; one more is answered 503 and closed.
  public var connections = 16_384
  /// Connections from one address (an IPv6 address counts by its /64); one more is answered 503 and closed.
  public var connectionsPerAddress = 512
  /// Connections beyond those limits that are kept until they have heard 503; one more is closed unheard.
  public var refusedAtOnce = 64
  /// Connections of local administration, beside all others; one more is closed.
  public var administrators = 16
  /// TLS handshakes that one address may begin in a second, in the long run; one more is closed unheard.
  public var handshakesPerAddressPerSecond = 200
  /// How many it may begin at once, after it was quiet.
  public var handshakeBurstPerAddress = 1000
  /// Octets held for single connections, in all: requests being received, and answers that are theirs alone and not
  /// yet taken. Who would add to more than that is answered 503 and closed, or closed if an answer is under way.
  public var heldOctets = 256 << 20
  /// The same for one address (an IPv6 address counts by its /64), so that nobody fills it for all.
  public var heldOctetsPerAddress = 64 << 20
  /// The same for all together whom the service does not know: without a client certificate, and not answered as somebody yet.
  public var heldOctetsOfStrangers = 128 << 20
  /// Deferred answers running in all; one more is answered 503.
  public var requestsInFlight = 4096
  /// Requests answered on one connection before it is closed.
  public var requestsPerConnection = 1_000_000

  /// From accept to the end of the TLS handshake.
  public var handshakeDeadline: Duration = .seconds(10)
  /// From the first octet of a head to its end.
  public var headerDeadline: Duration = .seconds(10)
  /// A body's grace before `bodyOctetsPerSecond` counts, and the longest pause inside it.
  public var bodyPause: Duration = .seconds(10)
  /// The least average rate of a request body.
  public var bodyOctetsPerSecond = 512
  /// Between requests on a kept connection.
  public var idleDeadline: Duration = .seconds(75)
  /// The longest time a peer may take nothing of a pending answer.
  public var writePause: Duration = .seconds(20)
  /// The least average rate at which a peer must take an answer, after `writePause` of grace.
  public var writeOctetsPerSecond = 512
  /// How long a peer may keep us after our last word, so that it reads it.
  public var lingeringDeadline: Duration = .seconds(2)
  /// Octets dropped meanwhile from a peer that does not stop talking: more than two systems hold on their way, so that one that
  /// stops when it reads the answer does read it.
  public var lingeringOctets = 16 << 20
  /// The same in HTTP/2, where the stream is reset then.
  public var timeToRead: Duration = .seconds(1)
  /// While the server drains, how long a request may still come in, of who asked as short a time ago.
  public var lastRequestDeadline: Duration = .seconds(1)
  /// Answers to pipelined requests waiting for the peer; more stops reading from it.
  public var outputBacklogOctets = 262_144
  /// Server-side TLS sessions kept for resumption, and for how long.
  public var tlsSessions = 20_000
  /// How long they may be resumed.
  public var tlsSessionLifetime: Duration = .seconds(7200)
  /// Seconds named in `Retry-After` when the engine refuses for want of room.
  public var retryAfterSeconds = 5

  /// What holds for HTTP/2 besides.
  public var http2 = HTTP2Limits()

  /// The defaults.
  public init() {}
}
