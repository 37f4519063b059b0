// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Ingest
internal import Names
internal import Records

extension SQLSession {
  func appeal(_ id: AppealCase) throws(RecordsError) -> Appeal {
    guard let found = try appeals(where: "id = ?", [.text(id.text)]).first else {
      throw .refused(.notFound(.appeal))
    }
    return found
  }

  func appeals(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [Appeal] {
    let sql = """
      SELECT number, id, secret_digest, name, statement, contact, received_at, state, assignee, decision, answer,
        decided_at FROM appeal WHERE \(condition)
      """
    let bare = try rows(sql, values) { (row: Row) throws(RecordsError) in try Appeal(row) }
    var found: [Appeal] = []
    for appeal in bare {
      let entries = try entries(
        where: "number IN (SELECT entry FROM appeal_entry WHERE appeal = ?) ORDER BY number",
        [.integer(appeal.number)])
      var suspended: [EntryID] = []
      for entry in entries where entry.state == .suspended {
        if try lastSuspension(of: entry.id)?.reason == appeal.suspensionReason { suspended.append(entry.id) }
      }
      found.append(appeal.with(entries.map(\.id), suspended))
    }
    return found
  }

  /// Takes an entry off; one that is off until an appeal is decided, for this other reason, which no appeal undoes.
  func suspend(_ id: EntryID, reason: String, act: Act) throws(RecordsError) {
    guard try entry(id).state == .suspended else {
      return try change(id, to: .suspended, rule: "suspension", reason: reason, act: act)
    }
    let open = try appeals(
      where: "state <> 'decided' AND number IN (SELECT appeal FROM appeal_entry WHERE entry = ?)",
      [.integer(id.number)])
    guard open.contains(where: { $0.suspended.contains(id) }) else { throw .refused(.wrongEntryState) }
    try note("entry-suspended", id.text, "suspension", act, reason: reason)
  }

  /// The listed entries of any list that cover `name`.
  private func listedEntries(covering name: DomainName) throws(RecordsError) -> [ListedEntry] {
    try entries(
      where: "state = 'listed' AND \(Self.isOneOf("entry")) ORDER BY number",
      [.texts(BlocklistEntry(name: name, scope: .host).coveringTexts)])
  }

  /// The countries that decided on what led to `entries`, confirmed them by another submission or renewed them, and those that
  /// reported it before it was listed, or before `appeal` arrived: whoever reports it later decides nothing by that.
  private func countries(
    behind entries: [ListedEntry], of appeal: Appeal
  ) throws(RecordsError) -> Set<CountryCode> {
    var found: Set<CountryCode> = []
    for entry in entries {
      let sql = """
        WITH behind AS (SELECT number FROM submission WHERE number = ?1
          UNION SELECT number FROM submission WHERE entry_number = ?2)
        SELECT country FROM report WHERE submission IN (SELECT number FROM behind) AND at <= ?3
        UNION SELECT country FROM review WHERE submission IN (SELECT number FROM behind)
        UNION SELECT g.country FROM audit a JOIN principal p ON p.id = a.principal JOIN agency g ON g.id = p.agency
          WHERE subject = ?4 AND \(Self.isEntrySubject) AND a.action = 'entry-renewed'
        """
      let values: [SQLValue] = [
        .integer(entry.submission.number), .integer(entry.id.number),
        .time(max(appeal.receivedAt, entry.listedAt)), .text(entry.id.text),
      ]
      let countries = try rows(sql, values) { (row: Row) throws(RecordsError) in
        try row.value(0) { CountryCode($0) }
      }
      found.formUnion(countries)
    }
    return found
  }

  /// The appeal with all that covers its name now, which belongs to it from here on; or why `officer` may not take that off, or
  /// decide by `request` once it is off.
  func prepare(
    _ id: AppealCase, for officer: Principal, deciding request: AppealDecisionRequest?
  ) throws(RecordsError) -> AppealOutcome {
    let appeal = try appeal(id)
    if let refusal = AppealRules.standing(of: officer, on: appeal) { return .failure(refusal) }
    let known = try learnEntries(of: appeal)
    let involved = try countries(behind: known, of: appeal)
    let refusal: AppealRefusal?
    if let request {
      let states = known.map { $0.state == .listed ? ListedEntry.State.suspended : $0.state }
      refusal = AppealRules.refusal(of: request, on: appeal, states: states, involved: involved)
    } else {
      refusal = AppealRules.refusal(
        ofSuspensionBy: officer, on: appeal, states: known.map(\.state), involved: involved)
    }
    if let refusal { return .failure(refusal) }
    return .success(try self.appeal(id))
  }

  /// The countries that had a part in what was found for an appeal, or covers its name now.
  func countriesBehind(_ id: AppealCase) throws(RecordsError) -> Set<CountryCode> {
    let appeal = try appeal(id)
    var known = try foundEntries(of: appeal)
    known += try listedEntries(covering: appeal.name).filter { entry in
      !known.contains { $0.id == entry.id }
    }
    return try countries(behind: known, of: appeal)
  }

  /// The entries found for the appeal, with those that cover its name now.
  private func learnEntries(of appeal: Appeal) throws(RecordsError) -> [ListedEntry] {
    for entry in try listedEntries(covering: appeal.name) {
      try run(
        "INSERT INTO appeal_entry VALUES(?, ?) ON CONFLICT DO NOTHING", .integer(appeal.number),
        .integer(entry.id.number))
    }
    return try foundEntries(of: appeal)
  }

  private func foundEntries(of appeal: Appeal) throws(RecordsError) -> [ListedEntry] {
    try entries(
      where: "number IN (SELECT entry FROM appeal_entry WHERE appeal = ?) ORDER BY number",
      [.integer(appeal.number)])
  }

  func assign(_ id: AppealCase, among reviewers: [Principal], isNamed: Bool, act: Act) throws(RecordsError)
    -> AppealOutcome
  {
    let appeal = try appeal(id)
    guard appeal.state != .decided else { return .failure(.decided) }
    let involved = try countries(behind: try learnEntries(of: appeal), of: appeal)
    if !isNamed, AppealRules.mayKeep(appeal, among: reviewers, involved: involved) {
      return .success(try self.appeal(id))
    }
    let open = try rows(
      "SELECT assignee, count(*) FROM appeal WHERE state = 'assigned' GROUP BY assignee"
    ) { (row: Row) throws(RecordsError) in (try row.value(0) { PrincipalID($0) }, Int(row.integer(1))) }
    let chosen = AppealRules.assignee(
      among: reviewers, involved: involved, open: Dictionary(open) { first, _ in first })
    guard let chosen else {
      guard isNamed else {
        try takeBack(appeal, act)
        return .success(try self.appeal(id))
      }
      let isReviewer = reviewers.contains { $0.roles.contains(.reviewer) }
      return .failure(isReviewer ? .countryInvolved : .notAReviewer)
    }
    try run(
      "UPDATE appeal SET state = 'assigned', assignee = ? WHERE number = ?", .text(chosen.id.text),
      .integer(appeal.number))
    try note("appeal-assigned", id.text, "assignee=\(chosen.id) country=\(chosen.country)", act)
    return .success(try self.appeal(id))
  }

  /// Nobody has it any more: who had it cannot come in, or may not decide it, and there is nobody else.
  private func takeBack(_ appeal: Appeal, _ act: Act) throws(RecordsError) {
    guard let holder = appeal.assignee else { return }
    try run(
      "UPDATE appeal SET state = 'received', assignee = NULL WHERE number = ?", .integer(appeal.number))
    try note("appeal-unassigned", appeal.id.text, "assignee=\(holder)", act)
  }

  func decide(
    _ request: AppealDecisionRequest, terms: ReinstatementTerms
  ) throws(RecordsError) -> AppealOutcome {
    let appeal = try appeal(request.id)
    let known = try learnEntries(of: appeal)
    let refusal = AppealRules.refusal(
      of: request, on: appeal, states: known.map(\.state),
      involved: try countries(behind: known, of: appeal))
    if let refusal { return .failure(refusal) }
    let act = Act(by: request.officer.id, at: request.at)
    if request.decision == .keep {
      for entry in known where appeal.suspended.contains(entry.id) {
        try listAgain(entry, terms: terms, rule: "appeal \(request.id)", act: act)
      }
    }
    try run(
      "UPDATE appeal SET state = 'decided', decision = ?, answer = ?, decided_at = ? WHERE number = ?",
      .text(request.decision.rawValue), .text(request.answer), .time(request.at), .integer(appeal.number))
    try note("appeal-decided", request.id.text, request.decision.rawValue, act, reason: request.reason)
    return .success(try self.appeal(request.id))
  }

  // What lapsed, is listed by another entry, is guarded by now or was taken off by another appeal stays off; the trail says so.
  private func listAgain(
    _ entry: ListedEntry, terms: ReinstatementTerms, rule: String, act: Act
  ) throws(RecordsError) {
    let guarded = try terms.refusal(of: entry) { () throws(RecordsError) in
      try countriesBehind([entry])[entry.id] ?? 0
    }
    if let guarded {
      return try note("entry-not-reinstated", entry.id.text, guarded, act)
    }
    if let removed = try appealRemoving(entry.id) {
      return try note(
        "entry-not-reinstated", entry.id.text, ReinstatementObstacle.removedByAppeal(removed).rule, act)
    }
    guard entry.lease.runs(at: act.at),
      try listedEntry(blocking: entry.entry, list: entry.list, at: .time(act.at)) == nil
    else { return try note("entry-not-reinstated", entry.id.text, "lease-ended-or-listed", act) }
    try change(entry.id, to: .listed, rule: rule, act: act)
  }
}

extension Appeal {
  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    self.init(
      number: row.integer(0), id: try row.value(1) { AppealCase($0) }, secretDigest: row.octets(2),
      name: try row.name(3), statement: row.text(4), contact: row.optionalText(5), receivedAt: row.time(6),
      state: try row.value(7) { State(rawValue: $0) },
      assignee: row.optionalText(8).flatMap { PrincipalID($0) }, entries: [], suspended: [],
      decision: row.optionalText(9).flatMap { Decision(rawValue: $0) }, answer: row.optionalText(10),
      decidedAt: row.optionalTime(11))
  }

  fileprivate func with(_ entries: [EntryID], _ suspended: [EntryID]) -> Appeal {
    Appeal(
      number: number, id: id, secretDigest: secretDigest, name: name, statement: statement, contact: contact,
      receivedAt: receivedAt, state: state, assignee: assignee, entries: entries, suspended: suspended,
      decision: decision, answer: answer, decidedAt: decidedAt)
  }
}
