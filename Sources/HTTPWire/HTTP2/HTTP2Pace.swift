// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// How fast a peer has to be, in milliseconds and octets a second.
package struct HTTP2Pace: Hashable, Sendable {
  /// For a field block, and for the start of the connection.
  package var head: UInt64
  /// The window over which a body's rate is taken.
  package var bodyPause: UInt64
  package var bodyOctetsPerSecond: Int
  /// The window over which an answer's rate is taken.
  package var writePause: UInt64
  package var writeOctetsPerSecond: Int
  /// Without any stream.
  package var idle: UInt64
  /// To hear that we drain, if the peer does not answer the PING.
  package var drainNotice: UInt64
  /// To read an answer given before the end of its request, until the peer is told to stop.
  package var timeToRead: UInt64

  package init(
    head: UInt64 = 10_000, bodyPause: UInt64 = 10_000, bodyOctetsPerSecond: Int = 512,
    writePause: UInt64 = 20_000, writeOctetsPerSecond: Int = 512, idle: UInt64 = 75_000,
    drainNotice: UInt64 = 1000, timeToRead: UInt64 = 1000
  ) {
    self.head = head
    self.bodyPause = bodyPause
    self.bodyOctetsPerSecond = bodyOctetsPerSecond
    self.writePause = writePause
    self.writeOctetsPerSecond = writeOctetsPerSecond
    self.idle = idle
    self.drainNotice = drainNotice
    self.timeToRead = timeToRead
  }

  var bodyOctetsInWindow: Int { max(1, bodyOctetsPerSecond * Int(bodyPause) / 1000) }
  var writeOctetsInWindow: Int { max(1, writeOctetsPerSecond * Int(writePause) / 1000) }
}
