// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Names
internal import Blocklists

extension Blocklist {
  /// Whether everything `entry` blocks is blocked by this list: the entry is listed, or below a listed subtree.
  func holds(_ entry: BlocklistEntry) -> Bool {
    if contains(entry) { return true }
    if entry.scope == .host { return covers(entry.name) }
    var ancestor = entry.name.parent
    while let name = ancestor {
      if contains(BlocklistEntry(name: name, scope: .subtree)) { return true }
      ancestor = name.parent
    }
    return false
  }
}
