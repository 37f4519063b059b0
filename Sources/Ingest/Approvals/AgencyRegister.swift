// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
private import FoundationEssentials
internal import StrictJSON

/// The agencies that vote, with their keys: the content of `agencies.json`, which a role of TUF signs.
public struct AgencyRegister: Hashable, Sendable {
  /// One agency.
  public struct Member: Hashable, Sendable {
    /// Which.
    public let agency: AgencyID
    /// Of which country.
    public let country: CountryCode
    /// Its name, for people.
    public let name: String
    /// Its keys, by keyid.
    public let keys: [AgencySigningKey]

    /// An agency with keys.
    public init(agency: AgencyID, country: CountryCode, name: String, keys: [AgencySigningKey]) {
      self.agency = agency
      self.country = country
      self.name = name
      self.keys = keys.sorted { $0.keyid < $1.keyid }
    }
  }

  /// The name of the signed file.
  public static let fileName = "agencies.json"
  /// The most octets of it.
  public static let maximumOctets = 4 << 20

  /// Rises with every change of agencies or keys.
  public let version: Int64
  /// The agencies that have keys, by handle.
  public let members: [Member]

  /// No agencies.
  public static let empty = AgencyRegister(version: 0, agencies: [], keys: [])

  /// The register of these. Agencies without a key are left out, and so are keys that count for nothing.
  public init(version: Int64, agencies: [Agency], keys: [AgencySigningKey]) {
    let own = Dictionary(grouping: keys.filter { !$0.isVoid }, by: \.agency)
    let members = agencies.compactMap { agency in
      own[agency.id].map {
        Member(agency: agency.id, country: agency.country, name: agency.name, keys: $0)
      }
    }
    self.init(version: version, members: members)
  }

  private init(version: Int64, members: [Member]) {
    self.version = version
    self.members = members.sorted { $0.agency < $1.agency }
  }

  /// The member of that handle.
  public subscript(agency: AgencyID) -> Member? { members.first { $0.agency == agency } }

  /// The octets of the file: canonical JSON, the same for the same content.
  public var encoded: [UInt8] {
    let agencies = members.map { member -> JSONValue in
      [
        "agency": .string(member.agency.text), "country": .string(member.country.text),
        "name": .string(member.name), "keys": .array(member.keys.map(Self.json)),
      ]
    }
    let value: JSONValue = ["version": .integer(version), "agencies": .array(agencies)]
    // No fractional number is in it: the canonical form always exists.
    return (try? value.canonicalEncoded()) ?? []
  }

  private static func json(_ key: AgencySigningKey) -> JSONValue {
    [
      "keyid": .string(key.keyid), "public_key": .string(Hex.encode(key.publicOctets)),
      "valid_from": .string(RFC3339.format(key.validFrom)),
      "valid_until": key.validUntil.map { .string(RFC3339.format($0)) } ?? .null,
    ]
  }
}
