// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Glibc

/// Standard output and standard error, which may be a full disk or a pipe that nobody reads: that ends nothing here.
enum StandardStream: Int32 {
  case output = 1
  case error = 2

  /// Writes, however long it takes.
  /// - Returns: how many octets were taken, and the system's error if those are not all.
  func write(_ octets: [UInt8]) -> (taken: Int, error: Int32) {
    var taken = 0
    while taken < octets.count {
      let count = unsafe octets[taken...].withUnsafeBytes { rest in
        unsafe Glibc.write(rawValue, rest.baseAddress, rest.count)
      }
      if count > 0 {
        taken += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: waitForRoom()
      default: return (taken, errno)
      }
    }
    return (taken, 0)
  }

  /// Somebody has made it return at once when it is full.
  private func waitForRoom() {
    var one = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&one, 1, -1)
  }

  /// A pipe whose reader has gone is an error of a write, not the end of the process.
  static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }

  /// Why a write failed; nil when its reader has gone, who knows.
  static func reason(_ error: Int32) -> String? {
    error == EPIPE ? nil : unsafe String(cString: strerror(error))
  }
}
