// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Foundation
private import Synchronization

/// Signals as events, for as long as this is kept.
///
/// `@unchecked Sendable`: cancelling, all that is done with the sources, may be done on any thread.
final class Signals: @unchecked Sendable {
  private let sources: [any DispatchSourceSignal]

  /// Calls `came` with each that comes.
  init(_ numbers: [Int32] = [SIGTERM, SIGINT], _ came: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "cordond.signals")
    sources = numbers.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { came(number) }
      source.resume()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }
}

/// SIGHUP from the first moment on: one that comes before there is anything to reload is remembered.
final class ReloadSignal: Sendable {
  private final class Waiting: Sendable {
    private let state = Mutex<(hasCome: Bool, reload: (@Sendable () -> Void)?)>((false, nil))

    func came() {
      let reload = state.withLock { state in
        state.hasCome = state.reload == nil
        return state.reload
      }
      reload?()
    }

    func heed(_ reload: @escaping @Sendable () -> Void) {
      let hasCome = state.withLock { state in
        state.reload = reload
        return state.hasCome
      }
      if hasCome { reload() }
    }
  }

  private let waiting: Waiting
  private let signals: Signals

  init() {
    let waiting = Waiting()
    self.waiting = waiting
    signals = Signals([SIGHUP]) { _ in waiting.came() }
  }

  /// From now on `reload` is called at each, and at once if one has come.
  func heed(_ reload: @escaping @Sendable () -> Void) { waiting.heed(reload) }
}
