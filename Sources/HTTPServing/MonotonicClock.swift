// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux
private import Glibc

/// The system's clocks, read by reactors alone.
enum MonotonicClock {
  static var nanoseconds: UInt64 { read(CLOCK_MONOTONIC) }

  /// Milliseconds since an arbitrary start.
  static var milliseconds: UInt64 { nanoseconds / 1_000_000 }

  static var secondsSince1970: Int64 { Int64(read(CLOCK_REALTIME) / 1_000_000_000) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

extension Duration {
  /// Whole milliseconds, at least 0, at most some ten thousand years.
  var milliseconds: UInt64 {
    let seconds = min(max(components.seconds, 0), 1 << 40)
    return UInt64(clamping: seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
  }
}
