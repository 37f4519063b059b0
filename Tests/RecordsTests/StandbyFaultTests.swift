// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Foundation
import Ingest
import Records
import RecordsSQL
import RecordsPostgres
import Testing

/// A synchronous standby that is not there: the server holds back every commit.
@Suite(.serialized) struct StandbyFaultTests {
  private let cluster: PostgresCluster
  private let place: String

  init() throws {
    cluster = try PostgresCluster()
    place = try cluster.database()
  }

  /// Four connections: one reads, three write.
  private func open() throws -> PostgresRecords {
    try PostgresRecords(connection: place, connections: 4, commitPatience: .milliseconds(300))
  }

  private func awaitStandby(_ isAwaited: Bool) throws {
    // The name is of nobody.
    try cluster.sql(
      "ALTER SYSTEM SET synchronous_standby_names = '\(isAwaited ? "nobody" : "")'", on: "postgres")
    try cluster.sql("SELECT pg_reload_conf()", on: "postgres")
    let wanted = isAwaited ? "nobody" : ""
    while try cluster.sql("SHOW synchronous_standby_names", on: "postgres") != wanted + "\n" {
      usleep(20_000)
    }
  }

  /// Returns once what waited is decided.
  private func recover(_ store: PostgresRecords) async throws {
    while (try? await store.probe()) == nil { try await Task.sleep(for: .milliseconds(20)) }
  }

  private func note(_ store: PostgresRecords, _ subject: String) async throws {
    try await store.note(action: "noted", subject: subject, rule: "", act: Act(by: nil, at: Registry.now))
  }

  @Test func `a commit that nobody confirms is told to be undecided, and reads go on`() async throws {
    let store = try open()
    try await note(store, "before")
    try awaitStandby(true)
    let error = await #expect(throws: RecordsError.self) { try await note(store, "undecided") }
    guard case .fault(let words) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(words.contains("not known"))
    #expect(try await store.people().principals.isEmpty)
    await #expect(throws: RecordsError.self) { try await store.probe() }
    try awaitStandby(false)
    try await recover(store)
    try await note(store, "after")
    let subjects = try await store.audit(after: 0, limit: 10).map(\.subject)
    #expect(subjects == ["before", "undecided", "after"])
    await store.close()
  }

  @Test func `while a commit is held back, the next writes are refused at once`() async throws {
    let store = try open()
    try await note(store, "before")
    try awaitStandby(true)
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<40 { group.addTask { _ = try? await note(store, "stuck-\(number)") } }
    }
    let error = await #expect(throws: RecordsError.self) { try await note(store, "refused") }
    #expect(error == .fault("PostgreSQL confirms no commit: its standby may be gone"))
    #expect(try await store.lists().isEmpty)
    try awaitStandby(false)
    try await recover(store)
    let subjects = Set(try await store.audit(after: 0, limit: 100).map(\.subject))
    #expect(subjects.isSuperset(of: ["before"]) && !subjects.contains("refused"))
    await store.close()
  }

  @Test func `a request repeated under its key after an undecided commit is done once`() async throws {
    let store = try open()
    let people = try await Registry(.postgresql, at: place)
    try await store.addPeopleOfJamaica(people.act())
    let key = IdempotencyKey(principal: try #require(PrincipalID("a-jm")), key: "k", requestDigest: [1])
    let answering = Answering<SubmissionOutcome>(key: key) { _ in StoredAnswer(code: 201, octets: [7]) }
    try awaitStandby(true)
    await #expect(throws: RecordsError.self) {
      try await store.submit(people.batch(["once.example"]), answering: answering)
    }
    try awaitStandby(false)
    try await recover(store)
    let again = try await store.submit(people.batch(["once.example"]), answering: answering)
    guard case .replayed(let answer) = again else {
      Issue.record("done twice")
      return
    }
    #expect(answer.octets == [7])
    #expect(try await store.submissions(SubmissionFilter(), after: 0, limit: 10).map(\.reports.count) == [1])
    await people.store.close()
    await store.close()
  }

  @Test func `a standby given up by the administrator leaves what waited undecided`() async throws {
    let store = try open()
    try await note(store, "before")
    try awaitStandby(true)
    let waiting = Task { try await note(store, "given-up") }
    try await Task.sleep(for: .milliseconds(100))
    // The server then says that it committed here, but may not have replicated: that is no acknowledgement.
    try cluster.sql(
      "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", on: "postgres")
    await #expect(throws: RecordsError.self) { try await waiting.value }
    try awaitStandby(false)
    await store.close()
  }

  @Test func `collisions without end are given up after a bounded number of tries`() async throws {
    let store = try open()
    let name = try #require(place.split(separator: "=").last.map(String.init))
    try cluster.sql(
      """
      CREATE SEQUENCE cordon.tries;
      CREATE FUNCTION cordon.collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM nextval('cordon.tries'); RAISE SQLSTATE '40001'; END $$;
      CREATE TRIGGER collide BEFORE INSERT ON cordon.audit EXECUTE FUNCTION cordon.collide()
      """, on: name)
    let error = await #expect(throws: RecordsError.self) { try await note(store, "never") }
    #expect(error == .fault("PostgreSQL: SQLSTATE 40001"))
    #expect(try cluster.sql("SELECT last_value FROM cordon.tries", on: name) == "25\n")
    await store.close()
  }
}

extension PostgresRecords {
  fileprivate func addPeopleOfJamaica(_ act: Act) async throws {
    let agency = Agency(
      id: try #require(AgencyID("unit-jm")), name: "JM", country: try #require(CountryCode("JM")),
      kind: .police)
    _ = try await addAgency(agency, act: act, answering: nil)
    let id = try #require(PrincipalID("a-jm"))
    _ = try await addPrincipal(
      NewPrincipal(id: id, name: id.text, agency: agency.id, roles: [.submitter]), act: act, answering: nil)
  }
}
