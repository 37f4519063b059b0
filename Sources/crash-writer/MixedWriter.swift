// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import FoundationEssentials
internal import Ingest
internal import Names
internal import Records

/// Workers that submit, review, suspend, publish and save metadata at once, for as long as they live.
struct MixedWriter: Sendable {
  let records: any Records
  let prefix: String
  let list: ListName
  let policy: ReviewPolicy
  let admission = Admission(names: NameRules(allowsReservedNames: true), guards: .empty)

  init?(records: any Records, prefix: String) {
    guard let list = try? ListName("worst-of"),
      let criteria = Criteria(id: "baseline", version: 1, title: "", items: [.init(key: "real", text: "?")])
    else { return nil }
    self.records = records
    self.prefix = prefix
    self.list = list
    policy = ReviewPolicy(criteria: criteria, guards: .empty)
  }

  func run(workers: Int) async {
    await withTaskGroup { group in
      for worker in 0..<workers {
        group.addTask { await run(worker) }
      }
    }
  }

  private func run(_ worker: Int) async {
    var step = 0
    while true {
      step += 1
      do {
        switch worker {
        case 0: try await publish(step)
        case 1: try await saveMetadata(worker, step)
        default: try await takeThrough(worker, step)
        }
      } catch RecordsError.refused {
        continue  // another worker was quicker
      } catch {
        Acknowledgement.print("failed \(error)")
        try? await Task.sleep(for: .milliseconds(2))
      }
    }
  }

  /// Submits two names, has them listed, and takes one off.
  private func takeThrough(_ worker: Int, _ step: Int) async throws {
    let hosts = ["a", "b"].map { "\(prefix)-\(worker)-\(step)-\($0).example" }
    let items = try hosts.enumerated().map { index, host in
      try admission.admit(ParsedItem(line: index + 1, url: "http://\(host)/")).get()
    }
    let submitter = try person("jm")
    let key = IdempotencyKey(principal: submitter.id, key: hosts[0], requestDigest: [UInt8](hosts[0].utf8))
    let batch = SubmissionBatch(list: list, submitter: submitter, at: Date(), items: items)
    let answering = Answering<SubmissionOutcome>(key: key) { _ in StoredAnswer(code: step, octets: [1]) }
    let outcome = try await records.submit(batch, answering: answering).outcome
    let ids = outcome?.items.compactMap { item in
      if case .created(let id) = item { id } else { nil }
    }
    guard let ids, ids.count == 2 else { return }
    for (id, host) in zip(ids, hosts) { Acknowledgement.print("submit \(id) \(host) \(hosts[0])") }
    var entries: [EntryID] = []
    for country in ["tt", "bb"] {
      let requests = try ids.map { try approval($0, country) }
      let reviewed = try await records.addReviews(requests, policy: policy, answering: nil).outcome ?? []
      for one in reviewed {
        if let review = one.review { Acknowledgement.print("review \(review.id) \(one.submission.id)") }
        guard let entry = one.entry else { continue }
        Acknowledgement.print("listed \(entry.id) \(entry.entry)")
        entries.append(entry.id)
      }
    }
    guard let first = entries.first else { return }
    let act = Act(by: submitter.id, at: Date())
    _ = try await records.suspend(first, reason: hosts[1], act: act, answering: nil)
    Acknowledgement.print("suspend \(first) \(hosts[1])")
  }

  private func publish(_ step: Int) async throws {
    let now = Date()
    let basis = try await records.publicationBasis(list: list, at: now)
    let next = try Blocklist(entries: basis.live.map(\.entry))
    let delta = Delta(from: try Blocklist(entries: basis.published), to: next)
    let token = "\(prefix)-\(step)"
    let draft = ReleaseDraft(
      basis: basis, removed: Array(delta.removals), added: Array(delta.additions), entries: next.count,
      digest: [UInt8](token.utf8), length: next.octets.count, cause: .publish,
      metadata: [MetadataFile(name: "timestamp.json", octets: [UInt8](token.utf8))])
    let release = try await records.commitRelease(draft, act: Act(by: nil, at: now), answering: nil).outcome
    if let release { Acknowledgement.print("release \(release.version) \(token)") }
  }

  private func saveMetadata(_ worker: Int, _ step: Int) async throws {
    let name = "\(prefix).json"
    let revision = try await records.metadata().revision
    let file = MetadataFile(name: name, octets: [UInt8]("\(step)".utf8))
    _ = try await records.saveMetadata(
      [file], expecting: revision, droppingProposal: false, act: Act(by: nil, at: Date()), answering: nil)
    Acknowledgement.print("metadata \(name) \(step)")
    try await Task.sleep(for: .milliseconds(1))
  }

  private func approval(_ id: SubmissionID, _ country: String) throws -> ReviewRequest {
    ReviewRequest(
      submission: id, reviewer: try person(country), decision: .approve,
      answers: CriteriaAnswers(id: "baseline", version: 1, answers: ["real": true]), at: Date())
  }

  private func person(_ country: String) throws -> Principal {
    guard let id = PrincipalID("a-\(country)"), let agency = AgencyID("unit-\(country)"),
      let code = CountryCode(country.uppercased())
    else { throw RecordsRefusal.notFound(.principal) }
    return Principal(id: id, name: id.text, agency: agency, country: code, roles: [.submitter, .reviewer])
  }
}
