// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import ListFormats
import Names
import Testing

/// A list with everything that is easily got wrong: both scopes, a subtree below a host, leading and trailing hyphens, an A-label.
enum Sample {
  static let lines = [
    "-h.example", ".a-.example", ".bad.example", ".deep.host.example", ".xn--bcher-kva.example",
    "host.example",
    "www.other.test", "xn--strae-oqa.invalid",
  ]

  /// Names at, above, below and beside the entries.
  static let probes = [
    "-h.example", "x.-h.example", "h.example", "a-.example", "x.a-.example", "bad.example", "www.bad.example",
    "a.b.bad.example", "notbad.example", "example", "host.example", "www.host.example", "xhost.example",
    "deep.host.example", "x.deep.host.example", "undeep.host.example", "xn--bcher-kva.example",
    "www.xn--bcher-kva.example", "www.other.test", "other.test", "a.www.other.test", "xn--strae-oqa.invalid",
    "www.xn--strae-oqa.invalid",
  ]

  /// The list before: an entry that goes, one that comes, one that widens and one that narrows.
  static let olderLines = [
    "-h.example", ".a-.example", "bad.example", ".host.example", ".was.example", "once.test",
    "xn--strae-oqa.invalid",
  ]

  /// Names about which the older list says something else.
  static let olderProbes = ["was.example", "www.was.example", "once.test", "www.once.test"]

  static func older() throws -> Blocklist {
    try Blocklist(entries: olderLines.map { line in try BlocklistEntry(parsing: line) })
  }

  static func list() throws -> Blocklist {
    try Blocklist(entries: lines.map { line in try BlocklistEntry(parsing: line) })
  }

  static func options(_ action: BlockAction = .nxdomain) throws -> RenderOptions {
    RenderOptions(list: try ListName("worst-of"), version: ListVersion(7), action: action)
  }

  static func redirect() throws -> BlockAction {
    let host = StopPageHost(
      name: try DomainName(canonical: "stop.example.net"), ipv4: "192.0.2.7", ipv6: "2001:db8::7")
    return .redirect(try #require(host))
  }

  static func text(_ format: ListFormat, _ action: BlockAction = .nxdomain) throws -> String {
    String(decoding: format.render(try list(), options: try options(action)).octets, as: UTF8.self)
  }
}
