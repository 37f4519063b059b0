// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Names

/// An organisation that takes part; it belongs to one country.
public struct Agency: Hashable, Sendable {
  /// What an agency is.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// A police unit: may submit and review.
    case police
    /// A hotline that reports, without a vote.
    case hotline
    /// Another organisation that reports, without a vote.
    case ngo
    /// An Internet access provider.
    case provider
    /// Those who run this service.
    case administration
    /// Those who look after the rules being kept.
    case oversight
  }

  /// Whether its people may review: police alone have a vote.
  public var hasVote: Bool { kind == .police }

  /// Its handle.
  public let id: AgencyID
  /// Its name, as people write it.
  public let name: String
  /// Its country.
  public let country: CountryCode
  /// What it is.
  public let kind: Kind
  /// The domains that it calls its own: never blocked.
  public let domains: [DomainName]

  /// The most domains of one agency.
  public static let mostDomains = 1_000

  /// An agency of these particulars.
  public init(id: AgencyID, name: String, country: CountryCode, kind: Kind, domains: [DomainName] = []) {
    self.id = id
    self.name = name
    self.country = country
    self.kind = kind
    self.domains = domains
  }

  /// The same with other domains.
  public func with(domains: [DomainName]) -> Agency {
    Agency(id: id, name: name, country: country, kind: kind, domains: domains)
  }

  /// The guards that its domains are.
  public var guards: [GuardEntry] {
    domains.map { GuardEntry(name: $0, level: .never, reason: "\(id)'s own") }
  }

  /// Domains as they are kept: names parted by blanks; nil for anything else.
  public static func domains(_ text: String) -> [DomainName]? {
    let words = text.split(separator: " ")
    let names = words.compactMap { try? DomainName(canonical: String($0)) }
    return names.count == words.count ? names : nil
  }

  /// That spelling of `domains`.
  public var domainsText: String { domains.map(\.text).joined(separator: " ") }
}
