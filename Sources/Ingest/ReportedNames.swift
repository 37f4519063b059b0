// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import FoundationEssentials
private import Names

/// The hosts that one person reported below one registrable domain, in a form that tells at once whether an entry blocks any of them.
public struct ReportedNames: Sendable {
  /// When first, by the name itself.
  private var names: [DomainName: Date] = [:]
  /// When first, by each name at or above one of them.
  private var above: [DomainName: Date] = [:]

  /// Nothing reported.
  public init() {}

  /// Takes a report in.
  public mutating func add(_ host: ReportedHost, at time: Date) {
    for name in Set([host.name, host.base]) {
      Self.note(time, at: name, in: &names)
      var current: DomainName? = name
      while let next = current {
        // What is above one that was as early is as early.
        guard Self.note(time, at: next, in: &above), next != host.registrable else { break }
        current = next.parent
      }
    }
  }

  /// When this person first reported what `entry` blocks; nil if never.
  public func firstReport(of entry: BlocklistEntry) -> Date? {
    switch entry.scope {
    case .host: names[entry.name]
    case .subtree: above[entry.name]
    }
  }

  @discardableResult
  private static func note(_ time: Date, at name: DomainName, in times: inout [DomainName: Date]) -> Bool {
    if let known = times[name], known <= time { return false }
    times[name] = time
    return true
  }
}
