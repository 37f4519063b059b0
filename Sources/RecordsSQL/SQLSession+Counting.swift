// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Records

/// What stands behind an entry.
extension SQLSession {
  /// How many countries, by as many agencies, approved each entry together.
  func countriesBehind(_ entries: [ListedEntry]) throws(RecordsError) -> [EntryID: Int] {
    var seen = ReportMemory()
    return try approvalsTogether(behind: entries, &seen).mapValues { approvals in
      approvals.map { $0.countries() }.max() ?? 0
    }
  }

  /// The approvals of each entry, with those they count together with: by one submission and one version of the criteria, with keys
  /// that count, and none of somebody who had reported by then what it blocks.
  func approvalsTogether(
    behind entries: [ListedEntry], _ seen: inout ReportMemory
  ) throws(RecordsError) -> [EntryID: [[Review]]] {
    guard !entries.isEmpty else { return [:] }
    let keys = try agencyKeys()
    let (submissions, domains) = try submissions(behind: entries)
    let all = SQLValue.integers(Set(submissions.values.joined()).sorted())
    let reviews = Dictionary(
      grouping: try reviews(
        where: "\(Self.isOneOf("submission")) AND decision = 'approve' ORDER BY number", [all]),
      by: \.submission.number)
    var found: [EntryID: [[Review]]] = [:]
    for entry in entries {
      let approvals = (submissions[entry.id] ?? []).flatMap { reviews[$0] ?? [] }.filter { review in
        review.entry == entry.entry && review.signature.map(keys.uphold) ?? true
      }
      guard let domain = domains[entry.submission.number], !approvals.isEmpty else { continue }
      let names = try reportedNames(by: Set(approvals.map(\.principal)), below: domain, &seen)
      let counting = approvals.filter { review in
        (names[review.principal]?.firstReport(of: entry.entry)).map { $0 > entry.listedAt } ?? true
      }
      let together = Dictionary(grouping: counting) { review in
        "\(review.submission) \(review.criteriaID ?? "")/\(review.criteriaVersion ?? 0)"
      }
      found[entry.id] = Array(together.values)
    }
    return found
  }

  /// The submissions that led to each entry or confirmed it; and of which domain those are that led to one.
  private func submissions(
    behind entries: [ListedEntry]
  ) throws(RecordsError) -> ([EntryID: Set<Int64>], [Int64: ReportMemory.Domain]) {
    var behind: [EntryID: Set<Int64>] = [:]
    for entry in entries { behind[entry.id, default: []].insert(entry.submission.number) }
    let confirming = try rows(
      "SELECT entry_number, number FROM submission WHERE \(Self.isOneOf("entry_number"))",
      [.integers(entries.map(\.id.number))]
    ) { (EntryID(number: $0.integer(0)), $0.integer(1)) }
    for (entry, submission) in confirming { behind[entry, default: []].insert(submission) }
    let domains = try rows(
      "SELECT number, list, registrable FROM submission WHERE \(Self.isOneOf("number"))",
      [.integers(Set(entries.map(\.submission.number)).sorted())]
    ) { (row: Row) throws(RecordsError) in
      (row.integer(0), ReportMemory.Domain(list: try row.list(1), registrable: try row.name(2)))
    }
    return (behind, Dictionary(uniqueKeysWithValues: domains))
  }
}
