// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `squid.acl`: for `acl … dstdomain "file"`. A leading dot means the name and everything below, as in the list itself.
///
/// Squid refuses a file that holds a subtree and a name in it; a canonical list never does.
struct SquidDomains: LineFormat {
  let commentMark: String? = "#"

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    if scope == .subtree { page.write(".") }
    page.writeLine(name)
    return .whole
  }
}
