// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Glibc

/// Processor time, since wall time on a shared machine says little.
enum Processor {
  /// Milliseconds that the process has used, all threads together.
  static var milliseconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }

  /// The median of five runs of `work`, in milliseconds of processor time.
  static func median(_ work: () throws -> Void) rethrows -> Double {
    var times: [Double] = []
    for _ in 0..<5 {
      let begin = milliseconds
      try work()
      times.append(milliseconds - begin)
    }
    return times.sorted()[2]
  }
}
