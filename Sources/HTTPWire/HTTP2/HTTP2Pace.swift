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

  package init(
    head: UInt64 = 10_000, bodyPause: UInt64 = 10_000, bodyOctetsPerSecond: Int = 512,
    writePause: UInt64 = 20_000, writeOctetsPerSecond: Int = 512, idle: UInt64 = 75_000
  ) {
    self.head = head
    self.bodyPause = bodyPause
    self.bodyOctetsPerSecond = bodyOctetsPerSecond
    self.writePause = writePause
    self.writeOctetsPerSecond = writeOctetsPerSecond
    self.idle = idle
  }

  var bodyOctetsInWindow: Int { max(1, bodyOctetsPerSecond * Int(bodyPause) / 1000) }
  var writeOctetsInWindow: Int { max(1, writeOctetsPerSecond * Int(writePause) / 1000) }
}
