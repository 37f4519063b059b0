// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Names

/// What a resolver shall answer for a blocked name.
public enum BlockAction: Hashable, Sendable, CustomStringConvertible {
  /// The name does not exist.
  case nxdomain
  /// The stop page's addresses.
  case redirect(StopPageHost)

  /// As it is written on the command line: `NAME,IPV4[,IPV6]`, or `nxdomain`.
  public var description: String {
    switch self {
    case .nxdomain: "nxdomain"
    case .redirect(let host):
      ([host.name.text, host.ipv4.text] + [host.ipv6?.text].compactMap { $0 }).joined(separator: ",")
    }
  }
}

/// Where blocked visitors are sent.
public struct StopPageHost: Hashable, Sendable {
  /// The stop page's host name, for formats that can alias (RPZ `CNAME`).
  public let name: DomainName
  /// Its IPv4 address, for formats that answer with addresses.
  public let ipv4: AddressText
  /// Its IPv6 address, if it has one.
  public let ipv6: AddressText?

  /// A stop page at `name`; nil if `ipv4` or `ipv6` is not an address of that family.
  public init?(name: DomainName, ipv4: String, ipv6: String? = nil) {
    guard let four = AddressText(ipv4: ipv4) else { return nil }
    self.name = name
    self.ipv4 = four
    guard let ipv6 else {
      self.ipv6 = nil
      return
    }
    guard let six = AddressText(ipv6: ipv6) else { return nil }
    self.ipv6 = six
  }
}
