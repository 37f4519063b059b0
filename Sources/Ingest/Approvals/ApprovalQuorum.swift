// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

public import Blocklists

/// When an entry is proven: agencies of enough countries approved it by one version of the criteria, each with a key that
/// counted when it decided.
public struct ApprovalQuorum: Sendable {
  /// The agencies and their keys.
  public let register: AgencyRegister
  /// How many countries, 1 at least.
  public let countries: Int
  /// Of which list.
  public let list: ListName
  private let members: [AgencyID: AgencyRegister.Member]

  /// The most approvals of one entry that are looked at: more are no better.
  public static let maximumApprovals = 64

  /// A quorum of so many countries.
  public init(register: AgencyRegister, countries: Int, list: ListName) {
    self.register = register
    self.countries = max(1, countries)
    self.list = list
    members = Dictionary(register.members.map { ($0.agency, $0) }) { first, _ in first }
  }

  /// Whether `approvals` prove `entry`. An agency is of one country, so countries that differ are agencies that differ.
  public func isProven(_ entry: BlocklistEntry, by approvals: some Sequence<SignedApproval>) -> Bool {
    var approved: [CriteriaVersion: Set<CountryCode>] = [:]
    for approval in approvals.prefix(Self.maximumApprovals) where approval.entry == entry {
      guard let member = members[approval.agency],
        approved[approval.criteria]?.contains(member.country) != true
      else { continue }
      let keys = member.keys.filter { $0.counts(at: approval.decidedAt) }
      guard !keys.isEmpty else { continue }
      let text = approval.statement(list: list, country: member.country).octets
      guard keys.contains(where: { $0.verifies(approval.signature, over: text) }) else { continue }
      approved[approval.criteria, default: []].insert(member.country)
      if approved[approval.criteria, default: []].count >= countries { return true }
    }
    return false
  }
}

extension AgencyRegister {
  /// Whether whatever this register proves, `later` proves too: no key is gone or counts for less, no country changed.
  public func isContained(in later: AgencyRegister) -> Bool {
    members.allSatisfy { member in
      guard let other = later[member.agency], other.country == member.country else { return false }
      return member.keys.allSatisfy { key in
        other.keys.contains { wider in
          guard wider.keyid == key.keyid, wider.validFrom <= key.validFrom else { return false }
          guard let end = wider.validUntil else { return true }
          return key.validUntil.map { $0 <= end } ?? false
        }
      }
    }
  }
}
