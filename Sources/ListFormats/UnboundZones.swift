// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Names

/// `unbound.conf`: one `local-zone` an entry, to be included in the `server:` clause.
///
/// Unbound has no zone type that denies a name and not what lies below it. A `transparent` zone that holds a record of another type
/// at the name answers "no data" there and resolves everything below, so exactly the host is blocked.
struct UnboundZones: LineFormat {
  let commentMark: String? = "#"
  private let addresses: [String]

  init(_ options: RenderOptions) {
    addresses =
      switch options.action {
      case .nxdomain: []
      case .redirect(let host):
        ["A \(host.ipv4)"] + (host.ipv6.map { ["AAAA \($0)"] } ?? [])
      }
  }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    page.write("local-zone: \"")
    page.write(name)
    page.write(".\" ")
    page.write(zoneType(scope))
    page.write("\n")
    for data in records(scope) { writeData(name, data, to: &page) }
    return .whole
  }

  /// The nearest zone counts; it opens everything below it too.
  func writeExceptions(_ exceptions: ListExceptions, to page: inout Page) {
    for entry in exceptions.opened {
      page.write("local-zone: \"")
      page.write(text: entry.name.text)
      page.write(".\" always_transparent\n")
    }
  }

  /// The type of an entry's zone.
  func zoneType(_ scope: Scope) -> StaticString {
    switch (scope, addresses.isEmpty) {
    case (.subtree, true): "always_nxdomain"
    case (.subtree, false): "redirect"
    case (.host, _): "transparent"
    }
  }

  /// The type and value of each record at an entry's name.
  func records(_ scope: Scope) -> [String] {
    scope == .host && addresses.isEmpty ? ["TXT blocked"] : addresses
  }

  private func writeData(_ name: Span<UInt8>, _ data: String, to page: inout Page) {
    page.write("local-data: \"")
    page.write(name)
    page.write(". 60 IN ")
    page.write(text: data)
    page.write("\"\n")
  }
}
