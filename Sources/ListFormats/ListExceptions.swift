// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Names

/// Names below listed subtrees that stay open here while the rest of the subtree is blocked: what a format with exceptions writes
/// besides the list.
public struct ListExceptions: Hashable, Sendable {
  /// What is open: a host alone, or a name and everything below it. None of them covers another.
  public let opened: [BlocklistEntry]
  /// The names between an open one and its subtree. They are blocked as everything there, but stand in a zone on their own, where a
  /// wildcard further up counts no more (RFC 4592 §2.2.2).
  public let between: [DomainName]

  /// No exceptions.
  public static let none = ListExceptions(opened: [], between: [])

  /// Whether there are none.
  public var isEmpty: Bool { opened.isEmpty }

  private init(opened: [BlocklistEntry], between: [DomainName]) {
    (self.opened, self.between) = (opened, between)
  }

  /// What of some entries that shall be open a format can except.
  /// - Parameters:
  ///   - allowed: what shall be open; none of them covers another.
  ///   - zone: the origin of the policy zone.
  public init(
    of allowed: [BlocklistEntry], in list: Blocklist, for format: ListFormat, zone: DomainName
  ) {
    guard format.hasExceptions else {
      self = .none
      return
    }
    var opened: [BlocklistEntry] = []
    var between: Set<DomainName> = []
    for entry in allowed where format.canExcept(entry, zone: zone) {
      guard let top = list.subtree(above: entry, orAt: format.exceptsHosts) else { continue }
      opened.append(entry)
      var name = entry.name == top ? nil : entry.name.parent
      while let current = name, current != top {
        between.insert(current)
        name = current.parent
      }
    }
    between.subtract(opened.map(\.name))
    self.init(opened: opened.sorted(), between: between.sorted())
  }
}

extension ListFormat {
  /// Whether it can block a subtree and leave a name in it open.
  public var hasExceptions: Bool { [.rpz, .unbound, .dnsmasq].contains(self) }

  /// Whether a name can be left open alone, with everything below it blocked.
  public var exceptsHosts: Bool { self == .rpz }

  fileprivate func canExcept(_ entry: BlocklistEntry, zone: DomainName) -> Bool {
    self != .rpz || entry.name.text.utf8.count + 2 + 1 + zone.text.utf8.count <= 253
  }
}

extension Blocklist {
  /// The listed subtree that covers an entry from above; with `orAt`, the one of its own name if the entry is a host.
  public func subtree(above entry: BlocklistEntry, orAt isSplit: Bool) -> DomainName? {
    var name = entry.scope == .host && isSplit ? entry.name : entry.name.parent
    while let current = name {
      if contains(BlocklistEntry(name: current, scope: .subtree)) { return current }
      name = current.parent
    }
    return nil
  }
}
