// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `domains.txt`: the names alone, sorted by octet. No name stands in a list with both scopes, so none repeats.
enum DomainsText {
  static func render(_ list: Blocklist) -> RenderedList {
    var subtrees: [ArraySlice<UInt8>] = []
    var hosts: [ArraySlice<UInt8>] = []
    EntrySlices.forEach(in: list) { name, scope in
      if scope == .subtree { subtrees.append(name) } else { hosts.append(name) }
    }
    var page = Page(capacity: list.octets.count)
    var host = hosts.startIndex
    for subtree in subtrees {
      while host < hosts.endIndex, hosts[host].lexicographicallyPrecedes(subtree) {
        page.writeLine(hosts[host])
        host += 1
      }
      page.writeLine(subtree)
    }
    for name in hosts[host...] { page.writeLine(name) }
    return RenderedList(octets: page.octets, listed: list.count, narrowed: 0, omitted: 0)
  }
}

extension Page {
  /// Writes `line` and a line feed.
  @inline(__always)
  mutating func writeLine(_ line: ArraySlice<UInt8>) {
    write(line)
    write("\n")
  }
}
