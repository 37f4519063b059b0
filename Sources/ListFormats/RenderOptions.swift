// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Names

/// What a rendering depends on besides the list: nothing of it changes with time.
public struct RenderOptions: Hashable, Sendable {
  /// The list's name, for the comment on top.
  public var list: ListName
  /// The release rendered; it is the serial of the response policy zone.
  public var version: ListVersion
  /// The origin of the response policy zone.
  public var zone: DomainName
  /// What a resolver shall answer for a blocked name.
  public var action: BlockAction

  /// The options given.
  public init(
    list: ListName, version: ListVersion, zone: DomainName = .defaultPolicyZone,
    action: BlockAction = .nxdomain
  ) {
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
