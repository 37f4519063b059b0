// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import Ingest
internal import Records

extension ServiceResponder {
  /// Gives each appeal that nobody has yet to a reviewer who can come in and whose country had no part in the listing, and each
  /// that somebody has who cannot come in any more, or may not decide it by now, to another; how many nobody may decide. Answers nil
  /// when the store did not answer.
  public func assignAppeals() async -> Int? {
    do throws(Problem) {
      let now = context.clock()
      let people = try await context.stored { (r) throws(RecordsError) in try await r.people() }
      let reachable = Set(people.credentials.filter { $0.isValid(at: now) }.map(\.principal))
      let reviewers = people.principals.filter { reachable.contains($0.id) && $0.roles.contains(.reviewer) }
      // Those taken back are nobody's after that, and counted with them.
      try await forEachAppeal(.assigned) { (appeal) throws(Problem) in
        guard try await !staysWhereItIs(appeal, among: reviewers) else { return }
        _ = try await assign(appeal, among: reviewers, now)
      }
      var unassigned = 0
      try await forEachAppeal(.received) { (appeal) throws(Problem) in
        if try await !assign(appeal, among: reviewers, now) { unassigned += 1 }
      }
      context.metrics.setUnassignedAppeals(unassigned)
      return unassigned
    } catch { return nil }
  }

  /// What a glance at the store can tell without waiting for those who write.
  private func staysWhereItIs(_ appeal: Appeal, among reviewers: [Principal]) async throws(Problem) -> Bool {
    guard reviewers.contains(where: { $0.id == appeal.assignee }) else { return false }
    let involved = try await context.stored { (records) throws(RecordsError) in
      try await records.countriesBehind(appeal.id)
    }
    return AppealRules.mayKeep(appeal, among: reviewers, involved: involved)
  }

  /// Whether somebody has it after this.
  private func assign(
    _ appeal: Appeal, among reviewers: [Principal], _ now: Date
  ) async throws(Problem) -> Bool {
    let assigned = try await context.stored { (records) throws(RecordsError) in
      try await records.assignAppeal(
        appeal.id, among: reviewers, isNamed: false, act: Act(by: nil, at: now), answering: nil)
    }
    guard case .success(let after)? = assigned.outcome else { return true }
    return after.state != .received
  }

  private func forEachAppeal(
    _ state: Appeal.State, _ work: (Appeal) async throws(Problem) -> Void
  ) async throws(Problem) {
    var after: Int64 = 0
    while true {
      let position = after
      let page = try await context.stored { (records) throws(RecordsError) in
        try await records.appeals(AppealFilter(state: state), after: position, limit: 100)
      }
      guard let last = page.last else { return }
      for appeal in page { try await work(appeal) }
      after = last.number
    }
  }
}
