// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// Listening sockets that the system's supervisor opened (sd_listen_fds(3)), or that this process had before it ran its program
/// anew.
public enum ActivatedSockets {
  private static let first: Int32 = 3

  /// The sockets that were passed to this process; none if it was started otherwise. Ours from then on.
  public static func take() -> [Int32] {
    defer {
      for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", kept] { _ = unsafe unsetenv(name) }
    }
    if let sockets = keptSockets() { return sockets }
    guard value("LISTEN_PID") == getpid(), let count = value("LISTEN_FDS"), (1...256).contains(count) else {
      return []
    }
    return (0..<count).map { first + $0 }
  }

  /// Runs the program of this process anew, as the same process, with `sockets` to `take()`. Everything else must be at rest.
  /// - Returns: why it cannot be done; not at all if it can.
  public static func runAgain(_ arguments: [String], with sockets: [Int32]) -> String {
    let value = ([getpid()] + sockets).map(String.init).joined(separator: ",")
    _ = unsafe setenv(kept, value, 1)
    var words = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    unsafe cordon_run_again(words, sockets, Int32(sockets.count))
    return LocalSocket.reason
  }

  /// This process, then the descriptors.
  private static let kept = "CORDON_LISTENERS"

  private static func keptSockets() -> [Int32]? {
    guard let text = unsafe getenv(kept) else { return nil }
    let numbers = unsafe String(cString: text).split(separator: ",").map { Int32($0) ?? -1 }
    guard numbers.count > 1, numbers[0] == getpid(), numbers.allSatisfy({ $0 > 2 }) else { return nil }
    return Array(numbers.dropFirst())
  }

  private static func value(_ name: String) -> Int32? {
    guard let text = unsafe getenv(name) else { return nil }
    return Int32(unsafe String(cString: text))
  }
}
