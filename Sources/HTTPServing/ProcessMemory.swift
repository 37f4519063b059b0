// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux

/// What the process holds of the machine's memory.
public enum ProcessMemory {
  /// Gives freed memory back to the system: after a large request, lest its holes stay resident for good.
  public static func giveBack() { malloc_trim(0) }

  /// Octets that the process has got from the allocator, and octets that the allocator has beside them, free for what comes.
  /// Memory that stays resident without being used is the allocator's; what is used and grows is a leak.
  public static var heap: (used: Int, free: Int) {
    let all = mallinfo2()
    return (Int(all.uordblks + all.hblkhd), Int(all.fordblks))
  }
}
