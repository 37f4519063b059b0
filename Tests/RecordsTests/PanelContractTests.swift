// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import FoundationEssentials
import Ingest
import Names
import Records
import Testing

/// Panels, second looks, questions and answers: what every store keeps of them.
@Suite struct PanelContractTests {
  func panel(_ registry: Registry, chair: String = "a-gy", members: [String] = ["a-fj"]) throws -> Panel {
    Panel(
      id: try #require(PanelID("caribbean")), name: "Caribbean", list: registry.list,
      chair: try registry.person(chair).id, members: Set(try members.map { try registry.person($0).id }))
  }

  func save(_ panel: Panel, _ registry: Registry) async throws -> PanelOutcome? {
    try await registry.store.savePanel(panel, act: registry.act(), answering: nil).outcome
  }

  func look(_ id: SubmissionID, _ person: String, _ registry: Registry) async throws -> SecondLookOutcome {
    let request = SecondLookRequest(
      submission: id, panel: try #require(PanelID("caribbean")), chair: try registry.person(person),
      reason: "the host changed hands", at: Registry.now)
    return try #require(try await registry.store.requireSecondLook(request, answering: nil).outcome)
  }

  @Test(arguments: StoreKind.allCases)
  func `a panel is kept, replaced and removed, and made of reviewers on record`(kind: StoreKind) async throws
  {
    let registry = try await Registry(kind)
    let panel = try panel(registry)
    #expect(panel.members.count == 2, "the chair is a member")
    #expect(try await save(panel, registry) == .success(panel))
    #expect(try await registry.store.panels() == [panel])
    let wider = try self.panel(registry, members: ["a-fj", "a-tt"])
    _ = try await save(wider, registry)
    #expect(try await registry.store.panels() == [wider])
    let stranger = Panel(
      id: panel.id, name: "", list: registry.list, chair: try #require(PrincipalID("nobody")), members: [])
    await #expect(throws: RecordsError.refused(.missingReference(.principal))) {
      try await save(stranger, registry)
    }
    let isp = try #require(PrincipalID("isp-coral"))
    _ = try await registry.store.addPrincipal(
      NewPrincipal(id: isp, name: "", agency: try #require(AgencyID("unit-jm")), roles: [.reader]),
      act: registry.act(), answering: nil)
    let mixed = Panel(id: panel.id, name: "", list: registry.list, chair: panel.chair, members: [isp])
    #expect(try await save(mixed, registry) == .failure(.notAReviewer(isp)))
    func remove() async throws -> PanelOutcome? {
      try await registry.store.removePanel(panel.id, act: registry.act(), answering: nil).outcome
    }
    #expect(try await remove() == .success(wider))
    #expect(try await registry.store.panels() == [])
    await #expect(throws: RecordsError.refused(.notFound(.panel))) { try await remove() }
  }

  @Test(arguments: StoreKind.allCases)
  func `a second look asks for one country more, and for the panel's word`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    _ = try await save(panel(registry), registry)
    let id = try await registry.submit(["bad.example"])[0]
    #expect(try await look(id, "a-fj", registry) == .failure(.notPanelChair))
    let made = try await look(id, "a-gy", registry).get()
    #expect(try await look(id, "a-gy", registry) == .failure(.secondLookAlreadyRequired(made.panel)))
    #expect(try await registry.store.secondLook(on: id) == made)
    let inUse = try await registry.store.removePanel(made.panel, act: registry.act(), answering: nil).outcome
    #expect(inUse == .failure(.panelInUse(submissions: 1)))
    #expect(try await registry.approve(id, by: "a-tt").verdict == .recorded)
    let second = try await registry.approve(id, by: "a-bb")
    #expect(second.verdict == .recorded && second.secondLook == made)
    let chair = try await registry.approve(id, by: "a-gy")
    #expect(chair.verdict == .recorded, "the chair's own word is not the panel's")
    let shown = try await registry.store.reviewQueue(QueueFilter(), after: 0, limit: 9).first
    #expect(shown?.secondLook == made)
    #expect(try await registry.approve(id, by: "a-fj").entry != nil)
    #expect(try await look(id, "a-gy", registry) == .failure(.notOpen(.listed)))
    await #expect(throws: RecordsError.refused(.notFound(.submission))) {
      try await look(SubmissionID(number: 99), "a-gy", registry)
    }
    let removed = try await registry.store.removePanel(made.panel, act: registry.act(), answering: nil)
    #expect((try? removed.outcome?.get()) != nil)
    try await registry.expectSound()
  }

  @Test(arguments: StoreKind.allCases)
  func `a reporter answers an open question, once, and nobody else does`(kind: StoreKind) async throws {
    let registry = try await Registry(kind)
    let id = try await registry.submit(["bad.example"])[0]
    func answer(_ person: String) async throws -> InformationOutcome? {
      let request = InformationRequest(
        submission: id, submitter: try registry.person(person), text: "seen again", at: Registry.now)
      return try await registry.store.answerQuestion(request, answering: nil).outcome
    }
    func ask() async throws {
      let question = ReviewRequest(
        submission: id, reviewer: try registry.person("a-tt"), decision: .needsInformation,
        reason: "which page?", at: Registry.now)
      _ = try await registry.store.addReview(question, policy: registry.policy(), answering: nil)
    }
    func asked() async throws -> [SubmissionID] {
      try await registry.store.submissions(SubmissionFilter(isAsked: true), after: 0, limit: 9).map(\.id)
    }
    #expect(try await answer("a-jm") == .failure(.noOpenQuestion))
    try await ask()
    #expect(try await asked() == [id])
    await #expect(throws: RecordsError.refused(.notFound(.submission))) { try await answer("a-bb") }
    #expect((try? await answer("a-jm")?.get().text) == "seen again")
    #expect(try await answer("a-jm") == .failure(.noOpenQuestion))
    #expect(try await asked() == [])
    #expect(try await registry.store.information(on: id).map(\.text) == ["seen again"])
    let item = try await registry.store.reviewQueue(QueueFilter(), after: 0, limit: 1).first
    #expect(item?.information.count == 1)
    try await ask()
    #expect(try await asked() == [id])
    _ = try await registry.approve(id, by: "a-bb")
    _ = try await registry.approve(id, by: "a-gy")
    #expect(try await asked() == [])
    #expect(try await answer("a-jm") == .failure(.notOpen(.listed)))
  }
}
