// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Foundation

/// SIGTERM, SIGINT and SIGHUP as events, for as long as this is kept.
final class Signals {
  private let sources: [any DispatchSourceSignal]

  /// Calls `came` with each that comes.
  init(_ came: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "cordond.signals")
    sources = [SIGTERM, SIGINT, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { came(number) }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }
}
