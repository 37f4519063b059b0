// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import FoundationEssentials
import Ingest
import Names
import Records
import Testing

@Suite struct RecordsContractTests {
  @Test(arguments: StoreKind.allCases)
  func `people and credentials are found again, and none twice`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let person = try registry.person("a-jm")
    let proof = Credential.Proof.token(digest: [UInt8](repeating: 1, count: 32))
    let new = NewCredential(principal: person.id, proof: proof)
    let made = try #require(
      try await registry.store.addCredential(new, act: registry.act(), answering: nil).outcome)
    await #expect(throws: RecordsError.refused(.alreadyExists(.credential))) {
      try await registry.store.addCredential(new, act: registry.act(), answering: nil)
    }
    let people = try await registry.store.people()
    #expect(people.principals.contains(person))
    #expect(people.credentials == [made])
    let store = registry.store
    let sooner = Registry.now.addingTimeInterval(60)
    let limited = try await store.limitCredential(made.id, until: sooner, act: registry.act())
    #expect(limited.expiresAt == sooner)
    let later = try await store.limitCredential(
      made.id, until: sooner.addingTimeInterval(60), act: registry.act())
    let found = try await store.people().credentials.first
    #expect(later.expiresAt == sooner && later == found)
    _ = try await registry.store.revokeCredential(made.id, act: registry.act(5), answering: nil)
    #expect(try await registry.store.people().credentials.first?.isValid(at: Registry.now) == false)
    let stray = NewPrincipal(id: person.id, name: "", agency: try #require(AgencyID("nobody")), roles: [])
    await #expect(throws: RecordsError.refused(.missingReference(.agency))) {
      try await registry.store.addPrincipal(stray, act: registry.act(), answering: nil)
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `duplicates join the open submission, then the listed entry`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let first = try await registry.submit(["bad.example"])
    #expect(try await registry.submit(["www.bad.example"], by: "a-gy") == first)
    #expect(try await registry.store.submission(first[0]).reports.count == 2)
    _ = try await registry.approve(first[0], by: "a-tt")
    let entry = try #require(try await registry.approve(first[0], by: "a-bb").entry)
    let outcome = try await registry.store.submit(
      registry.batch(["deep.bad.example"], by: "a-fj"), answering: nil)
    #expect(outcome.outcome?.items == [.joinedEntry(entry.id, first[0])])
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `a refused review stores nothing`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await registry.submit(["bad.example"])[0]
    #expect(try await registry.approve(id, by: "a-jm").verdict == .refused(.ownSubmission))
    #expect(try await registry.store.reviews(of: id).isEmpty)
    await #expect(throws: RecordsError.refused(.notFound(.submission))) {
      try await registry.approve(SubmissionID(number: 99), by: "a-tt")
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `nobody approves what they reported, through whichever submission`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    // a-tt reports one host, a-jm another; both would be blocked by the registered domain.
    let own = try await registry.submit(["a.bad.example"], by: "a-tt")[0]
    let other = try await registry.submit(["b.bad.example"])[0]
    func wide(_ person: String) async throws -> Verdict? {
      let request = try registry.approval(other, by: person, scope: .registrable)
      return try await registry.store.addReview(request, policy: registry.policy(), answering: nil).outcome?
        .verdict
    }
    #expect(try await wide("a-tt") == .refused(.ownSubmission))
    #expect(try await wide("b-tt") == .recorded)
    // A report that comes after the approval takes its weight away.
    try await registry.submit(["c.bad.example"], by: "b-tt")
    #expect(try await wide("a-bb") == .recorded)
    guard case .listed = try await wide("a-gy") else {
      Issue.record("two further countries do not list")
      return
    }
    // The host that another reported, and nothing wider, stays theirs to approve.
    let queue = try await registry.store.reviewQueue(
      QueueFilter(list: registry.list, reviewer: try registry.person("a-tt")), after: 0, limit: 10)
    #expect(!queue.contains { $0.submission.id == own })
    #expect(queue.contains { $0.submission.entry.text == ".c.bad.example" })
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `an answer is kept with its outcome, replayed, and refused for another request`(kind: StoreKind)
    async throws
  {
    let registry = try await Registry(kind)
    let person = try registry.person("a-jm").id
    func answering(_ octet: UInt8) -> Answering<SubmissionOutcome> {
      Answering(key: IdempotencyKey(principal: person, key: "k", requestDigest: [octet])) { outcome in
        StoredAnswer(code: 201, octets: [UInt8(outcome.items.count)])
      }
    }
    let batch = try registry.batch(["bad.example", "worse.example"])
    let first = try await registry.store.submit(batch, answering: answering(1))
    let again = try await registry.store.submit(batch, answering: answering(1))
    guard case .done(_, let answer?) = first, case .replayed(let replayed) = again else {
      Issue.record("not replayed")
      return
    }
    #expect(answer == replayed)
    #expect(try await registry.store.submission(SubmissionID(number: 1)).reports.count == 1)
    await #expect(throws: RecordsError.refused(.idempotencyKeyReused)) {
      try await registry.store.submit(batch, answering: answering(2))
    }
    #expect(try await registry.store.forgetAnswers(before: Registry.now.addingTimeInterval(1)) == 1)
  }

  @Test(arguments: StoreKind.allCases)
  func `a name is unguarded once under a key`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let store = registry.store
    let name = try DomainName(canonical: "big.example")
    let key = IdempotencyKey(principal: try registry.person("a-jm").id, key: "k", requestDigest: [1])
    let answering = Answering<DomainName>(key: key) { _ in StoredAnswer(code: 204, octets: []) }
    var outcomes: [DomainName?] = []
    for _ in 0..<2 {
      _ = try await store.guardNames(
        [GuardEntry(name: name, level: .never)], act: registry.act(), answering: nil)
      outcomes.append(try await store.unguard(name, act: registry.act(), answering: answering).outcome)
    }
    #expect(outcomes == [name, nil])
    #expect(try await store.guardedNames().map(\.name) == [name])
  }

  @Test(arguments: StoreKind.allCases)
  func `any version and any delta can be rebuilt`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let store = registry.store
    let ids = try await registry.list(["a.example", "b.example"])
    #expect(try await registry.publish().version == ListVersion(1))
    _ = try await store.suspend(ids[0], reason: "x", act: registry.act(), answering: nil)
    #expect(try await registry.publish().removed == 1)
    try await registry.list(["c.example", "sub.d.example"])
    try await registry.publish()
    try await registry.list(["a.example"])
    try await registry.publish()
    func held(_ version: UInt64) async throws -> [String] {
      try await store.publishedEntries(list: registry.list, version: ListVersion(version)).map(\.text)
    }
    #expect(try await held(0) == [])
    #expect(try await held(1) == [".a.example", ".b.example"])
    #expect(try await held(2) == [".b.example"])
    #expect(try await held(4) == [".a.example", ".b.example", ".c.example", ".sub.d.example"])
    for from in UInt64(0)...4 {
      for to in from...4 {
        let (old, new) = (Set(try await held(from)), Set(try await held(to)))
        let changes = try await store.changes(
          list: registry.list, from: ListVersion(from), to: ListVersion(to))
        #expect(changes.removed.map(\.text) == old.subtracting(new).sorted())
        #expect(changes.added.map(\.text) == new.subtracting(old).sorted())
      }
    }
    for version in UInt64(0)...4 {
      let text = try await store.publishedText(list: registry.list, version: ListVersion(version))
      #expect(String(decoding: text, as: UTF8.self) == (try await held(version)).map { "\($0)\n" }.joined())
    }
    let steps = try await store.stepTexts(list: registry.list, from: ListVersion(0), to: ListVersion(4))
    #expect(steps.count == 4)
    for (number, step) in steps.enumerated() {
      let (old, new) = (Set(try await held(UInt64(number))), Set(try await held(UInt64(number + 1))))
      let lines =
        old.subtracting(new).sorted().map { "-\($0)\n" } + new.subtracting(old).sorted().map { "+\($0)\n" }
      #expect(String(decoding: step, as: UTF8.self) == lines.joined())
    }
    #expect(
      try await store.stepTexts(list: registry.list, from: ListVersion(2), to: ListVersion(3)) == [steps[2]])
    await #expect(throws: RecordsError.refused(.versionAhead(latest: ListVersion(4)))) {
      try await store.stepTexts(list: registry.list, from: ListVersion(4), to: ListVersion(5))
    }
    await #expect(throws: RecordsError.refused(.notFound(.release))) {
      try await store.publishedText(list: registry.list, version: ListVersion(5))
    }
    await #expect(throws: RecordsError.refused(.versionAhead(latest: ListVersion(4)))) {
      try await store.changes(list: registry.list, from: ListVersion(5), to: nil)
    }
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `entry changes become durable with their release, or not at all`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.list(["a.example", "b.example"])
    try await registry.publish()
    let basis = try await registry.store.publicationBasis(list: registry.list, at: Registry.now)
    let change = EntryChange.suspend(ids[0], reason: "complaint")
    let draft = try registry.draft(basis, dropping: [ids[0]], changes: [change])
    let release = try await registry.store.commitRelease(draft, act: registry.act(), answering: nil).outcome
    #expect(release?.version == ListVersion(2))
    #expect(try await registry.store.entry(ids[0]).state == .suspended)
    await #expect(throws: RecordsError.refused(.releaseConflict(latest: ListVersion(2)))) {
      try await registry.store.commitRelease(draft, act: registry.act(), answering: nil)
    }
    await #expect(throws: RecordsError.refused(.nothingToRelease)) { try await registry.publish() }
  }

  @Test(arguments: StoreKind.allCases)
  func `a lease that ends lapses and leaves the next release`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.list(["a.example", "b.example"])
    try await registry.publish()
    let ended = 90.0 * 86_400
    _ = try await registry.store.renew(
      ids[1], days: 100, term: try #require(LeaseTerm(days: 100)), act: registry.act(60), answering: nil)
    #expect(try await registry.store.lapseEnded(list: registry.list, act: registry.act(ended - 1)).isEmpty)
    let lapsed = try await registry.store.lapseEnded(list: registry.list, act: registry.act(ended))
    #expect(lapsed.map(\.id) == [ids[0]])
    #expect(try await registry.publish(ended).entries == 1)
    await #expect(throws: RecordsError.refused(.wrongEntryState)) {
      try await registry.store.renew(
        ids[0], days: 1, term: .standard, act: registry.act(ended), answering: nil)
    }
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `metadata and the root proposal change only from the revision read`(kind: StoreKind) async throws {
    let registry = try await Registry(kind, populated: false)
    let store = registry.store
    let files = [MetadataFile(name: "1.root.json", octets: [1])]
    let revision = try #require(
      try await store.saveMetadata(
        files, expecting: 0, droppingProposal: false, act: registry.act(), answering: nil
      )
      .outcome)
    #expect(try await store.metadata() == MetadataSnapshot(revision: revision, files: files))
    await #expect(throws: RecordsError.refused(.metadataConflict(revision: revision))) {
      try await store.saveMetadata(
        files, expecting: 0, droppingProposal: false, act: registry.act(), answering: nil)
    }
    let proposal = try await store.saveRootProposal([9], expecting: 0, act: registry.act(), answering: nil)
      .outcome
    #expect(try await store.rootProposal() == proposal)
    _ = try await store.saveMetadata(
      files, expecting: revision, droppingProposal: true, act: registry.act(), answering: nil)
    #expect(try await store.rootProposal().octets == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `the audit trail tells every change and no name`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let ids = try await registry.list(["a.example"])
    try await registry.publish()
    _ = try await registry.store.suspend(
      ids[0], reason: "a.example hurts", act: registry.act(), answering: nil)
    let events = try await registry.store.audit(after: 0, limit: 1000)
    let actions = Set(events.map(\.action))
    #expect(
      actions.isSuperset(of: [
        "agency-added", "principal-added", "submission-created", "review-approve", "entry-listed",
        "release-published",
        "entry-suspended",
      ]))
    #expect(!events.contains { ($0.subject + $0.rule).contains("example") })
    #expect(!events.contains { $0.action.isEmpty || $0.subject.isEmpty || $0.rule.isEmpty })
    #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
  }

  @Test(arguments: StoreKind.allCases)
  func `an entry's history tells who took it off and put it back, and why`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let store = registry.store
    let ids = try await registry.list(["a.example", "b.example"])
    try await registry.publish()
    var basis = try await store.publicationBasis(list: registry.list, at: Registry.now)
    let off = try registry.draft(
      basis, dropping: [ids[0]], changes: [.suspend(ids[0], reason: "a.example changed hands")])
    _ = try await store.commitRelease(off, act: registry.act(1), answering: nil)
    basis = try await store.publicationBasis(list: registry.list, at: Registry.now)
    let entry = try await store.entry(ids[0]).entry
    let on = ReleaseDraft(
      basis: basis, changes: [.reinstate(ids[0], reason: "wrong entry")], removed: [], added: [entry],
      entries: 2,
      digest: [7], length: 22, cause: .revert, reason: "wrong entry", metadata: [])
    _ = try await store.commitRelease(on, act: registry.act(2), answering: nil)
    _ = try await store.suspend(ids[0], reason: "again", act: registry.act(3), answering: nil)
    let history = try await store.history(of: ids[0])
    #expect(
      history.map(\.action) == ["entry-listed", "entry-suspended", "entry-reinstated", "entry-suspended"])
    #expect(history.map(\.reason) == [nil, "a.example changed hands", "wrong entry", "again"])
    #expect(
      history.map(\.rule) == ["sub_1 countries=TT,BB baseline/1", "suspension", "revert", "suspension"])
    #expect(history.map(\.at) == [0, 1, 2, 3].map { Registry.now.addingTimeInterval($0) })
    #expect(history.dropFirst().allSatisfy { $0.principal == PrincipalID("admin-one") })
    let all = try await store.audit(after: 0, limit: 1000)
    #expect(all.filter { $0.subject == ids[0].text } == history)
    #expect(all.last { $0.action == "release-published" }?.reason == "wrong entry")
    await #expect(throws: RecordsError.refused(.notFound(.entry))) {
      try await store.history(of: EntryID(number: 99))
    }
  }

  @Test(arguments: StoreKind.allCases)
  func `what nobody approved is never released`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    try await registry.list(["a.example"])
    let basis = try await registry.store.publicationBasis(list: registry.list, at: Registry.now)
    let sneaked = try ReleaseDraft(
      basis: basis, removed: [], added: [BlocklistEntry(parsing: ".b.example")], entries: 1, digest: [7],
      length: 11, cause: .publish, metadata: [])
    await #expect(throws: RecordsError.refused(.wrongEntryState)) {
      try await registry.store.commitRelease(sneaked, act: registry.act(), answering: nil)
    }
    #expect(try await registry.store.latestRelease(list: registry.list) == nil)
  }

  @Test(arguments: StoreKind.allCases)
  func `every change has its line in the trail, complete`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let store = registry.store
    let key = IdempotencyKey(principal: try registry.person("a-jm").id, key: "k", requestDigest: [1])
    var seen = try await store.audit(after: 0, limit: 1000).count
    func expect(_ action: String, _ work: () async throws -> Void) async throws {
      try await work()
      let events = try await store.audit(after: 0, limit: 1000)
      #expect(events.dropFirst(seen).contains { $0.action == action })
      for event in events.dropFirst(seen) {
        #expect(!event.subject.isEmpty && !event.rule.isEmpty, "\(event.action)")
      }
      seen = events.count
    }
    let credential = NewCredential(principal: key.principal, proof: .token(digest: [1]))
    try await expect("credential-added") {
      _ = try await store.addCredential(credential, act: registry.act(), answering: nil)
    }
    try await expect("credential-revoked") {
      _ = try await store.revokeCredential(CredentialID(number: 1), act: registry.act(), answering: nil)
    }
    try await expect("submission-created") { try await registry.submit(["a.example"]) }
    try await expect("submission-joined") { try await registry.submit(["a.example"], by: "a-fj") }
    try await expect("entry-listed") { try await registry.list(["b.example"]) }
    try await expect("release-published") { try await registry.publish() }
    try await expect("entry-renewed") {
      _ = try await store.renew(
        EntryID(number: 1), days: 5, term: .standard, act: registry.act(), answering: nil)
    }
    try await expect("entry-lapsed") {
      _ = try await store.lapseEnded(list: registry.list, act: registry.act(90 * 86_400))
    }
    try await expect("metadata-saved") {
      let revision = try await store.metadata().revision
      _ = try await store.saveMetadata(
        [MetadataFile(name: "1.root.json", octets: [1])], expecting: revision, droppingProposal: false,
        act: registry.act(), answering: nil)
    }
    try await expect("root-proposal-saved") {
      _ = try await store.saveRootProposal([1], expecting: 0, act: registry.act(), answering: nil)
    }
    try await expect("root-proposal-dropped") {
      _ = try await store.saveRootProposal(nil, expecting: 1, act: registry.act(), answering: nil)
    }
    let name = try DomainName(canonical: "big.example")
    try await expect("names-guarded") {
      _ = try await store.guardNames(
        [GuardEntry(name: name, level: .never)], act: registry.act(), answering: nil)
    }
    try await expect("name-unguarded") {
      _ = try await store.unguard(name, act: registry.act(), answering: nil)
    }
    let reader = key.principal
    try await expect("receipt-taken") {
      let receipt = Receipt(list: registry.list, reader: reader, version: ListVersion(1), at: Registry.now)
      _ = try await store.addReceipt(
        receipt, answering: Answering(key: key) { _ in .init(code: 1, octets: []) })
    }
    try await expect("hold-taken") {
      let hold = Hold(
        list: registry.list, reader: reader, version: ListVersion(1), reason: "it hurts", at: Registry.now)
      _ = try await store.addHold(hold, answering: nil)
      _ = try await store.addHold(hold, answering: nil)
    }
    #expect(try await store.standingHolders(list: registry.list) == [reader])
    try await expect("holds-lifted") {
      let lifted = try await store.liftHolds(
        list: registry.list, reason: "looked into", act: registry.act(), answering: nil)
      guard case .done(2, _) = lifted else { Issue.record("lifted another number"); return }
    }
    #expect(try await store.standingHolders(list: registry.list).isEmpty)
    #expect(try await store.holds(list: registry.list, limit: 1).first?.liftedAt != nil)
    try await expect("answers-forgotten") {
      _ = try await store.forgetAnswers(before: Registry.now.addingTimeInterval(1))
    }
  }
}
