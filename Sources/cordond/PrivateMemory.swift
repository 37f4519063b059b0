// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import CLinux

/// What every command that opens keys or records does first: the keys and every name are in its memory.
enum PrivateMemory {
  static func keep() {
    guard cordon_keep_memory_private() != 0 else { return }
    Console.complain("a crash may leave a core file, which holds the online keys and every name")
  }
}
