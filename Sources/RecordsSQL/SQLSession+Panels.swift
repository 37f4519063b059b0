// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Records

extension SQLSession {
  func panels() throws(RecordsError) -> [Panel] {
    try rows("SELECT id, name, list, chair, members FROM panel ORDER BY id") {
      (row: Row) throws(RecordsError) in try Panel(row)
    }
  }

  func panel(_ id: PanelID) throws(RecordsError) -> Panel {
    let found = try first(
      "SELECT id, name, list, chair, members FROM panel WHERE id = ?", .text(id.text)
    ) { (row: Row) throws(RecordsError) in try Panel(row) }
    guard let found else { throw .refused(.notFound(.panel)) }
    return found
  }

  func save(_ panel: Panel, act: Act) throws(RecordsError) -> PanelOutcome {
    let known = Dictionary(uniqueKeysWithValues: try principals().map { ($0.id, $0) })
    let members = panel.members.sorted()
    for member in members {
      guard let person = known[member] else { throw .refused(.missingReference(.principal)) }
      guard person.roles.contains(.reviewer) else { return .failure(.notAReviewer(member)) }
    }
    try run(
      """
      INSERT INTO panel VALUES(?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET
        name = excluded.name, list = excluded.list, chair = excluded.chair, members = excluded.members
      """, .text(panel.id.text), .text(panel.name), .text(panel.list.text), .text(panel.chair.text),
      .text(members.map(\.text).joined(separator: " ")))
    let names = members.map(\.text).joined(separator: ",")
    try note("panel-saved", panel.id.text, "\(panel.list) chair=\(panel.chair) members=\(names)", act)
    return .success(panel)
  }

  func removePanel(_ id: PanelID, act: Act) throws(RecordsError) -> PanelOutcome {
    let panel = try panel(id)
    let waiting = try first(
      """
      SELECT count(*) FROM second_look l JOIN submission s ON s.number = l.submission
      WHERE l.panel = ? AND s.state = 'open'
      """, .text(id.text)
    ) { Int($0.integer(0)) }
    if let waiting, waiting > 0 { return .failure(.panelInUse(submissions: waiting)) }
    try run("DELETE FROM panel WHERE id = ?", .text(id.text))
    try note("panel-removed", id.text, panel.list.text, act)
    return .success(panel)
  }

  func secondLook(on id: SubmissionID) throws(RecordsError) -> SecondLook? {
    try secondLooks(where: "l.submission = ?", [.integer(id.number)]).first
  }

  /// Second looks, with who is on their panel now.
  func secondLooks(where condition: String, _ values: [SQLValue]) throws(RecordsError) -> [SecondLook] {
    let sql = """
      SELECT l.submission, l.panel, coalesce(p.members, ''), l.chair, l.reason, l.at
      FROM second_look l LEFT JOIN panel p ON p.id = l.panel WHERE \(condition)
      """
    return try rows(sql, values) { (row: Row) throws(RecordsError) in
      SecondLook(
        submission: SubmissionID(number: row.integer(0)), panel: try row.value(1) { PanelID($0) },
        members: row.principals(2), chair: try row.value(3) { PrincipalID($0) }, reason: row.text(4),
        at: row.time(5))
    }
  }

  func require(_ request: SecondLookRequest) throws(RecordsError) -> SecondLookOutcome {
    let submission = try bareSubmission(request.submission)
    let judged = request.judged(
      on: submission, panel: try panel(request.panel), recorded: try secondLook(on: submission.id))
    guard case .success(let look) = judged else { return judged }
    try run(
      "INSERT INTO second_look VALUES(?, ?, ?, ?, ?)", .integer(submission.id.number), .text(look.panel.text),
      .text(look.chair.text), .text(look.reason), .time(look.at))
    try note(
      "second-look-required", submission.id.text, "panel=\(look.panel)", Act(by: look.chair, at: look.at))
    return judged
  }
}

extension Panel {
  fileprivate init(_ row: some SQLRow) throws(RecordsError) {
    self.init(
      id: try row.value(0) { PanelID($0) }, name: row.text(1), list: try row.list(2),
      chair: try row.value(3) { PrincipalID($0) }, members: row.principals(4))
  }
}

extension SQLRow {
  /// Handles with blanks between them.
  fileprivate func principals(_ column: Int32) -> Set<PrincipalID> {
    Set(text(column).split(separator: " ").compactMap { PrincipalID(String($0)) })
  }
}
