// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Names

/// `dnsmasq.conf`, for dnsmasq 2.86 and later.
///
/// `local=/name/` denies a name and everything below. For the host alone, the longer pattern `*.name` sends what is below back to the
/// servers in use (`#`). `server=/name/` says the same as `local=/name/`, and is the one of the two that a servers file may hold.
struct DnsmasqDomains: LineFormat {
  let commentMark: String? = "#"
  private let addresses: [String]
  private let denial: StaticString

  init(_ options: RenderOptions) {
    denial = options.isServersFile ? "server=/" : "local=/"
    addresses =
      switch options.action {
      case .nxdomain: []
      case .redirect(let host): [host.ipv4.text] + (host.ipv6.map { [$0.text] } ?? [])
      }
  }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    if addresses.isEmpty {
      page.write(denial)
      page.write(name)
      page.write("/\n")
    }
    for address in addresses {
      page.write("address=/")
      page.write(name)
      page.write("/")
      page.write(text: address)
      page.write("\n")
    }
    guard scope == .host else { return .whole }
    page.write("server=/*.")
    page.write(name)
    page.write("/#\n")
    return .whole
  }

  /// The longest name counts; it opens everything below it too.
  func writeExceptions(_ exceptions: ListExceptions, to page: inout Page) {
    for entry in exceptions.opened {
      page.write("server=/")
      page.write(text: entry.name.text)
      page.write("/#\n")
    }
  }
}
