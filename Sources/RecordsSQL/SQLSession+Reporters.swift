// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Names
internal import Records

/// Who reported what an entry blocks. One registrable domain may have a hundred thousand reported hosts, and one person may have
/// reported as many: both are read in one go and no more often than once for all that is decided together.
extension SQLSession {
  /// Those of `people` who reported, in any submission of the list, a host that `entry` blocks. No entry reaches past the registrable
  /// domain, so reports of that are all that can be.
  func reporters(
    of entry: BlocklistEntry, on submission: Submission, among people: Set<PrincipalID>,
    _ seen: inout ReportMemory
  ) throws(RecordsError) -> Set<PrincipalID> {
    let names = try reportedNames(by: people, below: ReportMemory.Domain(of: submission), &seen)
    return people.filter { names[$0]?.firstReport(of: entry) != nil }
  }

  /// What each of `people` reported below a registrable domain.
  func reportedNames(
    by people: Set<PrincipalID>, below domain: ReportMemory.Domain, _ seen: inout ReportMemory
  ) throws(RecordsError) -> [PrincipalID: ReportedNames] {
    let known = seen.known[domain] ?? [:]
    let asked = people.filter { known[$0] == nil }
    guard !asked.isEmpty else { return known }
    // From the side that has less: a domain of few hosts, or else what these people reported.
    let joined =
      try hasFewHosts(domain, &seen) ? "submission s CROSS JOIN report p" : "report p CROSS JOIN submission s"
    let sql = """
      SELECT p.principal, coalesce(p.host, s.host), coalesce(p.base, s.base), p.at FROM \(joined)
      WHERE p.submission = s.number AND s.list = ? AND s.registrable = ? AND \(Self.isOneOf("p.principal"))
      """
    let values: [SQLValue] = [
      .text(domain.list.text), .text(domain.registrable.text), .texts(asked.map(\.text).sorted()),
    ]
    let reports = try rows(sql, values) { (row: Row) throws(RecordsError) in
      (
        try row.value(0) { PrincipalID($0) },
        ReportedHost(name: try row.name(1), base: try row.name(2), registrable: domain.registrable),
        row.time(3)
      )
    }
    var found = Dictionary(uniqueKeysWithValues: asked.map { ($0, ReportedNames()) })
    for (person, host, time) in reports { found[person, default: ReportedNames()].add(host, at: time) }
    let all = known.merging(found) { $1 }
    seen.known[domain] = all
    return all
  }

  /// Whether so few hosts of a registrable domain were ever reported that all of them are quickly looked through.
  func hasFewHosts(
    _ domain: ReportMemory.Domain, _ seen: inout ReportMemory
  ) throws(RecordsError) -> Bool {
    if let known = seen.hasFewHosts[domain] { return known }
    let count = try first(
      "SELECT count(*) FROM (SELECT 1 FROM submission WHERE list = ? AND registrable = ? LIMIT ?) AS few",
      .text(domain.list.text), .text(domain.registrable.text), .integer(Self.fewHosts + 1)
    ) { $0.integer(0) }
    let isSo = count ?? 0 <= Self.fewHosts
    seen.hasFewHosts[domain] = isSo
    return isSo
  }

  private static var fewHosts: Int64 { 256 }
}
