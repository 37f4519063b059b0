// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

extension ServiceResponder {
  /// Gives each appeal that nobody has yet to a reviewer who can come in and whose country had no part in the listing; how
  /// many nobody may decide. Answers nil when the store did not answer.
  public func assignAppeals() async -> Int? {
    var after: Int64 = 0
    var unassigned = 0
    do throws(Problem) {
      while true {
        let position = after
        let waiting = try await context.stored { (records) throws(RecordsError) in
          try await records.appeals(AppealFilter(state: .received), after: position, limit: 100)
        }
        guard let last = waiting.last else { return unassigned }
        let now = context.clock()
        let people = try await context.stored { (r) throws(RecordsError) in try await r.people() }
        let reachable = Set(people.credentials.filter { $0.isValid(at: now) }.map(\.principal))
        let reviewers = people.principals.filter { reachable.contains($0.id) }
        for appeal in waiting {
          let assigned = try await context.stored { (records) throws(RecordsError) in
            try await records.assignAppeal(
              appeal.id, among: reviewers, isNamed: false, act: Act(by: nil, at: now), answering: nil)
          }
          if case .success(let after)? = assigned.outcome, after.state == .received { unassigned += 1 }
        }
        after = last.number
      }
    } catch { return nil }
  }
}
