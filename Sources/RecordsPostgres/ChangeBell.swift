// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc
private import Foundation
private import Synchronization
internal import Records
internal import RecordsSQL

/// Listens on a connection and a thread of its own for what other processes change, and tells whoever waits. It looks at the
/// metadata's revision besides, since a pooler in between may take LISTEN and never tell; while it has no connection at all it
/// rings, so that they poll.
final class ChangeBell: Sendable {
  private let waiting = Mutex<(streams: [AsyncStream<Void>.Continuation], isStopped: Bool)>(([], false))
  private let place: ConnectionString

  init(_ place: ConnectionString) {
    self.place = place
  }

  /// The first stream starts the listening.
  func stream() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let isFirst = waiting.withLock { waiting in
      guard !waiting.isStopped else {
        continuation.finish()
        return false
      }
      waiting.streams.append(continuation)
      return waiting.streams.count == 1
    }
    if isFirst { Thread.detachNewThread { [self] in listen() } }
    return stream
  }

  func stop() {
    waiting.withLock { waiting in
      waiting.isStopped = true
      for continuation in waiting.streams { continuation.finish() }
      waiting.streams = []
    }
  }

  /// How often it looks, in milliseconds.
  private static let interval: Int32 = 500

  private var isStopped: Bool { waiting.withLock { $0.isStopped } }

  private func ring() {
    let streams = waiting.withLock { $0.streams }
    for continuation in streams { continuation.yield() }
  }

  private func listen() {
    while !isStopped {
      do throws(RecordsError) {
        let connection = try Connection(place)
        try connection.execute("LISTEN cordon")
        var known = try connection.revision(of: "metadata")
        // What changed before the listening began is not told again.
        ring()
        while !isStopped {
          let isTold = try connection.waitForNotification(milliseconds: Self.interval)
          let revision = try connection.revision(of: "metadata")
          if isTold || revision != known { ring() }
          known = revision
        }
      } catch {
        ring()
        usleep(UInt32(Self.interval) * 1_000)
      }
    }
  }
}
