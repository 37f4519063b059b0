// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import ListFormats

/// Where a resolver answers: an IP address and a port.
public struct ResolverAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address, without brackets.
  public let host: String
  /// The UDP port.
  public let port: UInt16

  /// This machine's resolver.
  public static let local = ResolverAddress(host: "127.0.0.1", port: 53)

  private init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; nil for anything else.
  public init?(_ text: String) {
    if AddressText(ipv6: text) != nil {
      self.init(host: text, port: 53)
      return
    }
    guard let colon = text.lastIndex(of: ":") else {
      guard AddressText(ipv4: text) != nil else { return nil }
      self.init(host: text, port: 53)
      return
    }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    let isAddress =
      isBracketed ? AddressText(ipv6: String(host)) != nil : AddressText(ipv4: String(host)) != nil
    guard isAddress, let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
    self.init(host: String(host), port: port)
  }

  /// As it is written on the command line.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
