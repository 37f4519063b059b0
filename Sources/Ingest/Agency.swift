// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

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

  /// An agency of these particulars.
  public init(id: AgencyID, name: String, country: CountryCode, kind: Kind) {
    self.id = id
    self.name = name
    self.country = country
    self.kind = kind
  }
}
