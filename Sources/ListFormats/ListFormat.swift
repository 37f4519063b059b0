// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

/// The forms in which a list is published; the raw value is the file name.
public enum ListFormat: String, CaseIterable, Hashable, Sendable {
  /// The canonical list itself.
  case entries = "entries.txt"
  /// The listed names, one a line, without their scope.
  case domains = "domains.txt"
  /// A response policy zone (draft-vixie-dnsop-dns-rpz-00) for BIND, Unbound, Knot Resolver and PowerDNS Recursor.
  case rpz = "rpz.zone"
  /// `local-zone` lines for Unbound.
  case unbound = "unbound.conf"
  /// `local`, `address` and `server` lines for dnsmasq 2.86 and later.
  case dnsmasq = "dnsmasq.conf"
  /// A hosts(5) file.
  case hosts = "hosts.txt"
  /// A `dstdomain` file for Squid.
  case squid = "squid.acl"
  /// A RouterOS script of static DNS entries.
  case mikrotik = "mikrotik.rsc"
  /// `entry,name,scope` with a header line (RFC 4180, LF).
  case csv = "entries.csv"
  /// One JSON document.
  case json = "entries.json"

  /// Whether a list's canary is in it, besides the entries.
  public var carriesCanary: Bool {
    switch self {
    case .rpz, .unbound, .dnsmasq, .hosts, .squid, .mikrotik: true
    case .entries, .domains, .csv, .json: false
    }
  }

  /// Raised whenever a format gives other octets for the same list. It is signed with each file, so that a release signed by
  /// another edition is rendered and compared at the start, and one of this edition only when somebody asks for it.
  public static let edition: Int64 = 1

  /// The media type to serve it with.
  public var mediaType: String {
    switch self {
    case .entries, .domains, .unbound, .dnsmasq, .hosts, .squid, .mikrotik: "text/plain; charset=utf-8"
    case .rpz: "text/dns"
    case .csv: "text/csv; charset=utf-8; header=present"
    case .json: "application/json"
    }
  }
}
