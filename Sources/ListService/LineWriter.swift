// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Synchronization

/// Lines of a log, written by a thread of their own: whoever has one to write never waits for a disk or for a reader of the log
/// that stands still.
///
/// Lines wait a moment so that many are written at once. What comes while too much waits is lost, and counted.
public final class LineWriter: Sendable {
  private struct State {
    var octets: [UInt8] = []
    /// Octets that are being written.
    var taken = 0
    /// Lines lost since the last that were written.
    var lost = 0
    var lostInAll = 0
  }

  /// Octets that wait at most, those being written included.
  public static let maximumOctets = 4 << 20
  /// How long the first of several lines waits, in milliseconds.
  private static let moment = 20

  private let capacity: Int
  private let write: @Sendable ([UInt8]) -> Void
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "cordon.lines")

  /// - Parameter write: writes whole lines; it may take as long as it takes.
  public init(capacity: Int = LineWriter.maximumOctets, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.capacity = capacity
    self.write = write
  }

  /// Lines lost so far.
  public var lost: Int { state.withLock { $0.lostInAll } }

  /// Takes a line, or several with line feeds between them.
  public func append(_ text: String) {
    let isFirst = state.withLock { state in
      guard state.octets.count + state.taken + text.utf8.count + 1 <= capacity else {
        let lines = text.utf8.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        state.lost += lines
        state.lostInAll += lines
        return false
      }
      let isFirst = state.octets.isEmpty
      state.octets.append(contentsOf: text.utf8)
      state.octets.append(UInt8(ascii: "\n"))
      return isFirst
    }
    guard isFirst else { return }
    queue.asyncAfter(deadline: .now() + .milliseconds(Self.moment)) { [self] in writeAll() }
  }

  /// Writes what waits, at the end of the process.
  /// - Returns: whether it was written within `milliseconds`.
  @discardableResult
  public func finish(within milliseconds: Int) -> Bool {
    let done = DispatchSemaphore(value: 0)
    queue.async { [self] in
      writeAll()
      done.signal()
    }
    return done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
  }

  private func writeAll() {
    let octets = state.withLock { state in
      var octets: [UInt8] = []
      swap(&octets, &state.octets)
      if state.lost > 0 {
        octets.append(
          contentsOf: "cordond: \(state.lost) lines of the log were lost: nobody took them\n".utf8)
        state.lost = 0
      }
      state.taken = octets.count
      return octets
    }
    if !octets.isEmpty { write(octets) }
    state.withLock { $0.taken = 0 }
  }
}
