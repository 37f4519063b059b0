// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

extension SQLSession {
  func agencyKeys() throws(RecordsError) -> [AgencySigningKey] { try agencyKeys(where: "true", []) }

  func agencyKey(_ keyid: String) throws(RecordsError) -> AgencySigningKey {
    guard let key = try agencyKeys(where: "keyid = ?", [.text(keyid)]).first else {
      throw .refused(.notFound(.agencyKey))
    }
    return key
  }

  func add(_ key: AgencySigningKey, act: Act) throws(RecordsError) {
    let agency = try agencies().first { $0.id == key.agency }
    guard let agency else { throw .refused(.missingReference(.agency)) }
    guard agency.hasVote else { throw .refused(.agencyHasNoVote) }
    let known = try agencyKeys()
    guard !known.contains(where: { $0.keyid == key.keyid }) else {
      throw .refused(.alreadyExists(.agencyKey))
    }
    guard known.count(where: { $0.agency == key.agency }) < AgencySigningKey.maximumPerAgency else {
      throw .refused(.tooManyKeys)
    }
    try run(
      "INSERT INTO agency_key VALUES(?, ?, ?, ?, ?, ?)", .text(key.keyid), .text(key.agency.text),
      .blob(key.publicOctets), .time(key.validFrom), .time(key.validUntil), .time(act.at))
    try raiseRevision(of: "agencies")
    try notify()
    try note("agency-key-added", key.agency.text, "key=\(key.keyid)", act)
  }

  /// Ends a key, unless it ends as early already.
  func endKey(_ keyid: String, at time: Date, reason: String, act: Act) throws(RecordsError) {
    let before = try agencyKey(keyid)
    if let end = before.validUntil, end <= time { return }
    try run("UPDATE agency_key SET valid_until = ? WHERE keyid = ?", .time(time), .text(keyid))
    try raiseRevision(of: "agencies")
    try notify()
    let isVoid = try agencyKey(keyid).isVoid
    try note(
      "agency-key-ended", before.agency.text, "key=\(keyid)" + (isVoid ? " void" : ""), act, reason: reason)
  }

  private func agencyKeys(where condition: String, _ values: [SQLValue]) throws(RecordsError)
    -> [AgencySigningKey]
  {
    let sql = """
      SELECT agency, public_key, valid_from, valid_until FROM agency_key WHERE \(condition) ORDER BY agency, keyid
      """
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      let key = AgencySigningKey(
        agency: try row.value(0) { AgencyID($0) }, publicOctets: row.octets(1), validFrom: row.time(2),
        validUntil: row.optionalTime(3))
      guard let key else { throw .fatal("a stored agency key cannot be read") }
      return key
    }
  }
}
