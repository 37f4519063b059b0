// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Dispatch
private import Glibc

/// The line between a process and the one that takes its sockets over, for as long as both are there.
///
/// Closed with its last reference, or with its process.
public final class HandoverLink: Sendable {
  /// What one tells the other.
  public enum Word: UInt8, Sendable {
    /// The successor has all it needs but a store that one process at a time may have.
    case wantsStore = 0x72
    /// The predecessor has let go of the store.
    case storeIsFree = 0x66
    /// The successor serves.
    case serves = 0x73
  }

  /// What came of waiting.
  public enum Heard: Hashable, Sendable {
    case word(Word)
    /// The other end went away.
    case gone
    /// Nothing came in time.
    case late
  }

  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { _ = close(descriptor) }

  /// The process at the other end; nil if it cannot be named here.
  public var peer: Int32? {
    let process = cordon_peer_process(descriptor)
    return process > 1 ? process : nil
  }

  /// - Returns: whether the other end is there to hear it.
  @discardableResult public func say(_ word: Word) -> Bool {
    cordon_say(descriptor, word.rawValue) == 0
  }

  /// Waits for the next word.
  public func hear(within patience: Duration) async -> Heard {
    let end = MonotonicClock.milliseconds + patience.milliseconds
    return await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        let heard = cordon_hear(self.descriptor, Int64(clamping: end))
        let word = UInt8(exactly: heard).flatMap(Word.init(rawValue:))
        continuation.resume(returning: word.map { .word($0) } ?? (heard == -2 ? .late : .gone))
      }
    }
  }

  /// Ends the process at the other end, if it can be named: it hangs, and holds what we need.
  public func endPeer() {
    if let peer { _ = kill(peer, SIGKILL) }
  }
}
