// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Ingest
private import Names
internal import Records
private import StrictJSON

/// Who takes part in an exercise, from a JSON5 file.
struct Seeds {
  let agencies: [Agency]
  let principals: [NewPrincipal]
  let guards: [GuardEntry]

  init(path: String) throws(Failure) {
    let octets = try LocalFiles.read(path, what: "the seeds")
    let tree: JSONValue
    do throws(JSONError) { tree = try JSONValue(json5: octets) } catch {
      throw Failure("\(path): \(error.description)")
    }
    var agencies: [Agency] = []
    for (index, value) in (tree["agencies"]?.arrayValue ?? []).enumerated() {
      guard let agency = Self.agency(value) else {
        throw Failure("\(path): agencies[\(index)] is not in form")
      }
      agencies.append(agency)
    }
    var principals: [NewPrincipal] = []
    for (index, value) in (tree["principals"]?.arrayValue ?? []).enumerated() {
      guard let principal = Self.principal(value) else {
        throw Failure("\(path): principals[\(index)] is not in form")
      }
      principals.append(principal)
    }
    self.agencies = agencies
    self.principals = principals
    let file = tree["guard"]?.stringValue.map { LocalFiles.folder(of: path) + "/" + $0 }
    guards = if let file { try GuardFile.read(file) } else { [] }
  }

  private static func agency(_ value: JSONValue) -> Agency? {
    guard let id = value["id"]?.stringValue.flatMap({ AgencyID($0) }), let name = value["name"]?.stringValue,
      let country = value["country"]?.stringValue.flatMap({ CountryCode($0) }),
      let kind = value["kind"]?.stringValue.flatMap(Agency.Kind.init)
    else { return nil }
    let domains = value["domains"]?.arrayValue ?? []
    let names = domains.compactMap { $0.stringValue.flatMap { try? DomainName(canonical: $0) } }
    guard names.count == domains.count else { return nil }
    return Agency(id: id, name: name, country: country, kind: kind, domains: names)
  }

  private static func principal(_ value: JSONValue) -> NewPrincipal? {
    guard let id = value["id"]?.stringValue.flatMap({ PrincipalID($0) }),
      let name = value["name"]?.stringValue,
      let agency = value["agency"]?.stringValue.flatMap({ AgencyID($0) }),
      let words = value["roles"]?.arrayValue
    else { return nil }
    let roles = words.compactMap { $0.stringValue.flatMap(Role.init) }
    guard roles.count == words.count else { return nil }
    return NewPrincipal(id: id, name: name, agency: agency, roles: Set(roles))
  }
}
