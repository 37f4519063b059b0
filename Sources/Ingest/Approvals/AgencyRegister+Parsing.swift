// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Cryptography
private import FoundationEssentials
internal import StrictJSON

extension AgencyRegister {
  /// The register that `octets` spell. Members that are not known are passed over, so that later versions can have more.
  ///
  /// - Throws: `AgencyRegisterError`, also for an agency or key given twice, or a keyid that is not its key's.
  public init(parsing octets: [UInt8]) throws(AgencyRegisterError) {
    guard octets.count <= Self.maximumOctets else { throw .tooLong(limit: Self.maximumOctets) }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: octets) } catch {
      throw .malformed("not JSON: line \(error.line), column \(error.column)")
    }
    guard let version = value["version"]?.integerValue, version >= 0 else { throw .malformed("version") }
    guard let list = value["agencies"]?.arrayValue else { throw .malformed("agencies") }
    var members: [Member] = []
    var keyids: Set<String> = []
    for (index, item) in list.enumerated() {
      let member = try Self.member(item, at: "agencies/\(index)")
      guard !members.contains(where: { $0.agency == member.agency }) else {
        throw .malformed("agencies/\(index): the agency is there twice")
      }
      for key in member.keys where !keyids.insert(key.keyid).inserted {
        throw .malformed("agencies/\(index): a key is there twice")
      }
      members.append(member)
    }
    self.init(parsed: version, members)
  }

  private init(parsed version: Int64, _ members: [Member]) {
    self.init(
      version: version,
      agencies: members.map { Agency(id: $0.agency, name: $0.name, country: $0.country, kind: .police) },
      keys: members.flatMap(\.keys))
  }

  private static func member(_ item: JSONValue, at path: String) throws(AgencyRegisterError) -> Member {
    guard let agency = item["agency"]?.stringValue.flatMap(AgencyID.init) else {
      throw .malformed(path + "/agency")
    }
    guard let country = item["country"]?.stringValue.flatMap(CountryCode.init) else {
      throw .malformed(path + "/country")
    }
    // The canonical form has no escapes: with a control character it could not be read again.
    guard let name = item["name"]?.stringValue, name.utf8.allSatisfy({ $0 >= 0x20 }) else {
      throw .malformed(path + "/name")
    }
    guard let list = item["keys"]?.arrayValue else { throw .malformed(path + "/keys") }
    var keys: [AgencySigningKey] = []
    for (index, value) in list.enumerated() {
      guard let key = key(value, of: agency) else { throw .malformed(path + "/keys/\(index)") }
      keys.append(key)
    }
    return Member(agency: agency, country: country, name: name, keys: keys)
  }

  private static func key(_ value: JSONValue, of agency: AgencyID) -> AgencySigningKey? {
    guard let octets = value["public_key"]?.stringValue.flatMap(Hex.decode),
      let from = value["valid_from"]?.stringValue.flatMap(RFC3339.parse), let end = value["valid_until"]
    else { return nil }
    var until: Date?
    if !end.isNull {
      guard let time = end.stringValue.flatMap(RFC3339.parse) else { return nil }
      until = time
    }
    guard
      let key = AgencySigningKey(agency: agency, publicOctets: octets, validFrom: from, validUntil: until),
      key.keyid == value["keyid"]?.stringValue
    else { return nil }
    return key
  }
}

/// Why octets are no register of agencies.
public enum AgencyRegisterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Longer than so many octets.
  case tooLong(limit: Int)
  /// Not in form; where.
  case malformed(String)

  /// One plain line.
  public var description: String {
    switch self {
    case .tooLong(let limit): "agencies.json is longer than \(limit) octets"
    case .malformed(let place): "agencies.json is not in form: \(place)"
    }
  }
}
