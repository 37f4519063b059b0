// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Dispatch
private import Synchronization

/// Lines of a log, written by a thread of their own: whoever has one to write never waits for a disk or for a reader of the log
/// that stands still.
///
/// Lines wait a moment so that many are written at once. What comes while too much waits is lost, and counted; so is what cannot be
/// written.
public final class LineWriter: Sendable {
  private struct State {
    var octets: [UInt8] = []
    /// Room that was used before, to be used again.
    var spare: [UInt8] = []
    /// Octets that are being written.
    var taken = 0
    /// Lines lost that the log does not tell of yet.
    var lost = 0
    var lostInAll = 0
    /// Whether what was written last broke off inside a line.
    var isInsideLine = false
  }

  /// Octets that wait at most, those being written included.
  public static let maximumOctets = 4 << 20
  /// Room that is kept between writes, at most.
  private static let spareOctets = 2 << 20
  /// So many do not wait out their moment.
  private static let manyOctets = 1 << 20
  /// How long the first of several lines waits, in milliseconds.
  private static let moment = 100

  private let capacity: Int
  private let write: @Sendable ([UInt8]) -> Int
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "cordon.lines")

  /// - Parameter write: writes lines and gives how many octets it wrote, fewer if that failed; it may take as long as it takes.
  public init(capacity: Int = LineWriter.maximumOctets, write: @escaping @Sendable ([UInt8]) -> Int) {
    self.capacity = capacity
    self.write = write
  }

  /// Lines lost so far.
  public var lost: Int { state.withLock { $0.lostInAll } }

  /// Takes a line, or several with line feeds between them, so many times one after the other: all or, without room, none.
  public func append(_ text: String, times: Int = 1) {
    var text = text
    let (isFirst, isMuch) = text.withUTF8 { line in
      state.withLock { state in
        let octets = (line.count + 1) * times
        guard state.octets.count + state.taken + octets <= capacity else {
          let lines = unsafe times * line.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
          state.lost += lines
          state.lostInAll += lines
          return (false, false)
        }
        let before = state.octets.count
        for _ in 0..<times {
          unsafe state.octets.append(contentsOf: line)
          state.octets.append(UInt8(ascii: "\n"))
        }
        let isMuch = before < Self.manyOctets && before + octets >= Self.manyOctets
        return (before == 0 && octets > 0, isMuch)
      }
    }
    if isMuch { queue.async { [self] in writeAll() } }
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
    var (octets, notice, told) = state.withLock { state in
      var lines: [UInt8] = []
      swap(&lines, &state.spare)
      swap(&lines, &state.octets)
      state.taken = lines.count
      var notice: [UInt8] = state.isInsideLine ? [UInt8(ascii: "\n")] : []
      if state.lost > 0 {
        notice.append(
          contentsOf: "cordond: \(state.lost) lines of the log were lost: they could not be written\n".utf8)
      }
      return (notice.isEmpty ? lines : notice + lines, notice.count, state.lost)
    }
    guard octets.count > 0 else { return }
    let written = write(octets)
    state.withLock { state in
      state.taken = 0
      if written > 0 { state.isInsideLine = octets[written - 1] != UInt8(ascii: "\n") }
      if written >= notice { state.lost -= told }
      let missing = octets[max(written, notice)...].count { $0 == UInt8(ascii: "\n") }
      state.lost += missing
      state.lostInAll += missing
    }
    // Outside the lock, which every reactor takes.
    octets.removeAll(keepingCapacity: octets.capacity <= Self.spareOctets)
    state.withLock { state in swap(&octets, &state.spare) }
  }
}
