// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// Listening sockets that the system's supervisor opened (sd_listen_fds(3)).
public enum ActivatedSockets {
  private static let first: Int32 = 3

  /// The sockets that were passed to this process; none if it was started otherwise. Ours from then on.
  public static func take() -> [Int32] {
    defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { _ = unsafe unsetenv(name) } }
    guard value("LISTEN_PID") == getpid(), let count = value("LISTEN_FDS"), (1...256).contains(count) else {
      return []
    }
    return (0..<count).map { first + $0 }
  }

  private static func value(_ name: String) -> Int32? {
    guard let text = unsafe getenv(name) else { return nil }
    return Int32(unsafe String(cString: text))
  }
}
