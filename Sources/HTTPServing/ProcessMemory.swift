// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux

/// What the process holds of the machine's memory.
public enum ProcessMemory {
  /// Gives freed memory back to the system: after a large request, lest its holes stay resident for good.
  public static func giveBack() { malloc_trim(0) }
}
