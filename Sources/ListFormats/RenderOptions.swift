// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Names

/// What a rendering depends on besides the list: nothing of it changes with time.
public struct RenderOptions: Hashable, Sendable {
  /// The list's name, for the comment on top.
  public var list: ListName
  /// The release rendered.
  public var version: ListVersion
  /// The serial of the response policy zone; nil for the release's number, modulo 2^32.
  public var serial: UInt32?
  /// The origin of the response policy zone.
  public var zone: DomainName
  /// What a resolver shall answer for a blocked name.
  public var action: BlockAction
  /// A name that is blocked besides the list, as a host, in formats for resolvers and proxies: who asks for it sees whether
  /// blocking works.
  public var canary: DomainName?
  /// Whether `dnsmasq.conf` is written for `servers-file`, which dnsmasq reads again when told to and in which it takes `server` lines
  /// alone. It cannot carry a stop page.
  public var isServersFile = false
  /// What is left open within the subtrees of the list, in formats that can say so.
  public var exceptions = ListExceptions.none

  /// The options given.
  public init(
    list: ListName, version: ListVersion, zone: DomainName = .defaultPolicyZone,
    action: BlockAction = .nxdomain, canary: DomainName? = nil
  ) {
    self.canary = canary
    self.list = list
    self.version = version
    self.zone = zone
    self.action = action
  }
}

extension DomainName {
  /// `rpz.cordon.invalid`, the origin of the response policy zone unless configured otherwise.
  public static let defaultPolicyZone = DomainName(proven: "rpz.cordon.invalid")
}

extension ListName {
  /// `worst-of.canary.cordon.example`, the canary of a list unless configured otherwise: a reserved name, so nobody's. Nil where
  /// the list's name is too long for a label.
  public var defaultCanary: DomainName? { canary("\(text).canary.cordon.example") }

  /// The name, if it may be the list's canary: only one that begins with `worst-of.canary.`, because no agency approves it. Who holds
  /// the key of releases alone could otherwise block any name by it.
  public func canary(_ name: String) -> DomainName? {
    guard name.hasPrefix("\(text).canary.") else { return nil }
    return try? DomainName(canonical: name)
  }
}
