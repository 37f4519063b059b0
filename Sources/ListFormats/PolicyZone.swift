// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
private import Names

/// `rpz.zone`: a name's own record blocks the host, its wildcard twin everything below.
///
/// The serial is the version modulo 2^32 (RFC 1982), so the same release is the same zone everywhere; unless it is given.
struct PolicyZone: LineFormat {
  let commentMark: String? = ";"
  private let options: RenderOptions
  /// What a name's record says, up to the end of its line.
  let target: [UInt8]
  /// The longest name that still fits, with the zone's origin below it, in a domain name of 253 octets.
  private let maximumLength: Int

  init(_ options: RenderOptions) {
    self.options = options
    maximumLength = 253 - 1 - options.zone.text.utf8.count
    let host: String =
      switch options.action {
      case .nxdomain: ""
      case .redirect(let host): host.name.text
      }
    target = Array(" CNAME \(host).\n".utf8)
  }

  func writeHead(to page: inout Page) {
    let serial = options.serial ?? ZoneSerial.of(options.version)
    page.write(
      text: """
        $TTL 60
        $ORIGIN \(options.zone.text).
        \(ZoneSerial.mark)\(serial) 300 60 604800 60
        @ NS localhost.

        """)
  }

  func write(_ name: Span<UInt8>, _ scope: Scope, isFirst: Bool, to page: inout Page) -> Expressed {
    guard expresses(name, scope) else { return .omitted }
    page.write(name)
    page.write(target)
    guard scope == .subtree else { return .whole }
    page.write("*.")
    page.write(name)
    page.write(target)
    return .whole
  }

  /// A name is matched before a wildcard, and the nearest wildcard before others.
  func writeExceptions(_ exceptions: ListExceptions, to page: inout Page) {
    for name in exceptions.between {
      let octets = Array(name.text.utf8)
      _ = write(octets.span, .subtree, isFirst: false, to: &page)
    }
    for entry in exceptions.opened {
      let octets = Array(entry.name.text.utf8)
      page.write(octets.span)
      page.write(Self.open)
      page.write("*.")
      page.write(octets.span)
      if entry.scope == .subtree { page.write(Self.open) } else { page.write(target) }
    }
  }

  private static let open: StaticString = " CNAME rpz-passthru.\n"

  /// Whether the zone can carry an entry.
  func expresses(_ name: Span<UInt8>, _ scope: Scope) -> Bool {
    let needed = scope == .subtree ? name.count + 2 : name.count
    return needed <= maximumLength && !Self.isTrigger(name)
  }

  /// Whether the last label is one that policy zones give another meaning (`rpz-ip`, `rpz-nsdname` …).
  private static func isTrigger(_ name: Span<UInt8>) -> Bool {
    var start = name.count
    while start > 0, name[start - 1] != UInt8(ascii: ".") { start -= 1 }
    guard start + trigger.count <= name.count else { return false }
    return trigger.indices.allSatisfy { name[start + $0] == trigger[$0] }
  }

  private static let trigger = Array("rpz-".utf8)
}
