// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists

/// `hosts.txt`: hosts(5) knows single hosts only, so of a subtree it carries the name at the top.
struct HostsFile: LineFormat {
  let commentMark: String? = "#"
  private let prefixes: [[UInt8]]

  init(_ options: RenderOptions) {
    let prefixes =
      switch options.action {
      case .nxdomain: ["0.0.0.0 ", ":: "]
      case .redirect(let host): ["\(host.ipv4) "] + (host.ipv6.map { ["\($0) "] } ?? [])
      }
    self.prefixes = prefixes.map { Array($0.utf8) }
  }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    for prefix in prefixes {
      page.write(prefix)
      page.writeLine(name)
    }
    return scope == .host ? .whole : .nameOnly
  }
}
