// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists
public import Names

/// How wide a submitter suggests, or a reviewer decides, to block.
public enum ScopeChoice: Hashable, Sendable {
  /// The reported host and everything below it, a leading `www.` dropped: the default.
  case subtree
  /// The reported host alone.
  case host
  /// The registrable domain and everything below it: the widest.
  case registrable
  /// This entry, between the host and the registrable domain.
  case entry(BlocklistEntry)

  /// The choice spelled `subtree`, `host`, `registrable`, or as an entry (`.b.bad.example`); nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "subtree": self = .subtree
    case "host": self = .host
    case "registrable": self = .registrable
    default:
      guard text.utf8.contains(UInt8(ascii: ".")), let entry = try? BlocklistEntry(parsing: text) else {
        return nil
      }
      self = .entry(entry)
    }
  }

  /// The entry this choice means for `host`; a refusal when it reaches past `registrable` or away from the host.
  public func entry(for host: ReportedHost) -> Result<BlocklistEntry, ScopeRefusal> {
    switch self {
    case .subtree: return .success(BlocklistEntry(name: host.base, scope: .subtree))
    case .host: return .success(BlocklistEntry(name: host.name, scope: .host))
    case .registrable: return .success(BlocklistEntry(name: host.registrable, scope: .subtree))
    case .entry(let entry):
      guard host.registrable == entry.name || !host.registrable.isSubdomain(of: entry.name) else {
        return .failure(.widerThanRegistrable)
      }
      let covers = entry.scope == .host ? entry.name == host.name : host.name.isSubdomain(of: entry.name)
      return covers ? .success(entry) : .failure(.outsideReport)
    }
  }
}

/// Why a chosen scope is refused.
public enum ScopeRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// It would block more than the domain that somebody registered.
  case widerThanRegistrable = "scope-wider-than-registrable"
  /// It would not block the reported host.
  case outsideReport = "scope-outside-report"
  /// It would block public suffixes below the name, and all whom strangers serve there.
  case coversPublicSuffix = "scope-covers-public-suffix"
}

/// The host of a report, with what bounds the scope of a listing of it.
public struct ReportedHost: Hashable, Sendable {
  /// The host exactly as reported.
  public let name: DomainName
  /// The host without a leading `www.`.
  public let base: DomainName
  /// The domain that somebody registered.
  public let registrable: DomainName

  /// The host of a name that may be listed.
  public init(_ listable: ListableName) {
    self.init(name: listable.name, base: listable.withoutWWW, registrable: listable.registrable)
  }

  /// A host read back from the store, which only keeps those of listable names.
  public init(name: DomainName, base: DomainName, registrable: DomainName) {
    self.name = name
    self.base = base
    self.registrable = registrable
  }
}
