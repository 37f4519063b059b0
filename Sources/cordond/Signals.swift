// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Foundation

/// SIGTERM, SIGINT and SIGHUP as an event to wait for.
enum Signals {
  /// Returns once `isTheEnd` says so of a signal that came.
  static func wait(_ isTheEnd: @escaping @Sendable (Int32) -> Bool) async {
    let queue = DispatchQueue(label: "cordond.signals")
    let (signals, arrived) = AsyncStream.makeStream(of: Int32.self)
    let sources = [SIGTERM, SIGINT, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { arrived.yield(number) }
      source.resume()
      return source
    }
    for await number in signals where isTheEnd(number) { break }
    for source in sources { source.cancel() }
  }
}
