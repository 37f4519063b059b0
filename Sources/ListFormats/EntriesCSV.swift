// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `entries.csv`: `entry,name,scope`. Names hold no comma or quote, so nothing needs quoting.
struct EntriesCSV: LineFormat {
  let commentMark: String? = nil
  let carriesCanary = false

  func writeHead(to page: inout Page) { page.write("entry,name,scope\n") }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    if scope == .subtree { page.write(".") }
    page.write(name)
    page.write(",")
    page.write(name)
    page.write(scope == .subtree ? ",subtree\n" : ",host\n")
    return .whole
  }
}
