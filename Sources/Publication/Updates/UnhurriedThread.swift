// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Foundation
private import Glibc
private import Synchronization

/// A thread that does one piece of work after the other and gives way to all others of the process meanwhile.
///
/// Linux does not heed the quality of service of a dispatch queue: work of a second on one would take every second
/// slice of a core from a reactor.
final class UnhurriedThread: Sendable {
  /// A niceness at which a busy core leaves it a thirtieth: late, but not never.
  private static let niceness: Int32 = 15

  private final class Line: Sendable {
    let work = Mutex<[@Sendable () -> Void]>([])
    let isOver = Atomic(false)
    let bell = DispatchSemaphore(value: 0)
  }

  private let line = Line()

  init(name: String) {
    let thread = Thread { [line] in
      // Of this thread alone, on Linux. Where it is not allowed, the work is merely not as unhurried.
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
      while true {
        line.bell.wait()
        guard let work = line.work.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
          if line.isOver.load(ordering: .acquiring) { return }
          continue
        }
        work()
      }
    }
    thread.name = name
    thread.start()
  }

  deinit {
    line.isOver.store(true, ordering: .releasing)
    line.bell.signal()
  }

  /// Leaves `work`, which is done even if nobody holds this object any more.
  func run(_ work: @escaping @Sendable () -> Void) {
    line.work.withLock { $0.append(work) }
    line.bell.signal()
  }
}
