// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Names
internal import Publication
internal import Records
private import Synchronization

/// What the handlers work with.
final class ServiceContext: Sendable {
  let configuration: ServiceConfiguration
  let records: any Records
  let publisher: Publisher
  let rules: NameRules
  /// By list: what its reviewers answer.
  let criteria: [ListName: Criteria]
  let gatekeeper = Gatekeeper()
  let limiter: RateLimiter
  let sharedPace: SharedPace
  let deskPace: DeskPace
  let bulk = BulkGate()
  /// What submissions that are being received take on disk.
  let spool: SpoolBudget
  let appealLimiter: AddressLimiter
  let appealClock = KeptClock()
  let appealQuestions: AddressLimiter
  let metrics: ServiceMetrics
  /// Issues client certificates; nil where another authority does.
  let issuer: CertificateIssuer?
  let engineMetrics: @Sendable () -> [(name: String, value: Int)]
  let machineAlarms: @Sendable (Date) -> [RoleAlarm]
  let clock: @Sendable () -> Date
  /// Guarded names from files, which always count, besides those on record.
  private let guardsFromFiles: GuardList
  /// Replaced whole when a guard is added or dropped.
  private let guardList = Mutex((recorded: [GuardEntry](), all: GuardList.empty))
  /// Guards come into force before a release or after it, so that what was answered to either is so.
  private let guardGate = SerialGate()
  /// One reading of the guards after the other: an older one must not take the place of a newer.
  private let guardReading = SerialGate()
  /// What agencies call their own.
  private let ownDomains = Mutex([GuardEntry]())

  init(_ parts: ServiceParts) {
    configuration = parts.configuration
    records = parts.records
    publisher = parts.publisher
    rules = parts.rules
    criteria = parts.criteria
    issuer = parts.issuer
    metrics = ServiceMetrics()
    deskPace = DeskPace(parts.configuration.desk, metrics)
    limiter = RateLimiter(perMinute: parts.configuration.submissions.requestsPerMinute)
    sharedPace = SharedPace(perMinute: parts.configuration.submissions.requestsPerMinute) {
      [records = parts.records] (principal, perMinute, wanted) async throws(RecordsError) in
      try await records.takeTurns(of: principal, perMinute: perMinute, wanted: wanted)
    }
    let submissions = parts.configuration.submissions
    spool = SpoolBudget(octets: submissions.spoolOctets, one: submissions.bodyOctets)
    appealLimiter = AddressLimiter(
      perAddress: parts.configuration.appeals.perAddressAnHour, inAll: parts.configuration.appeals.anHour,
      now: parts.clock())
    appealQuestions = AddressLimiter(
      perAddress: parts.configuration.appeals.questionsPerAddressAnHour,
      inAll: parts.configuration.appeals.questionsAnHour, now: parts.clock())
    engineMetrics = parts.engineMetrics
    machineAlarms = parts.machineAlarms
    clock = parts.clock
    guardsFromFiles = parts.guards.merging(Self.ownGuards(parts.configuration))
    guardList.withLock { $0.all = guardsFromFiles }
  }

  var published: PublishedState { publisher.current }
  var guards: GuardList { guardList.withLock { $0.all } }

  /// Reads again who may come in.
  func refreshPeople() async throws(Problem) {
    let people = try await stored { (r) throws(RecordsError) in try await r.people() }
    gatekeeper.replace(CredentialSnapshot(people))
    let own = people.agencies.flatMap(\.guards)
    ownDomains.withLock { $0 = own }
  }

  /// Reads again what is guarded: the names on record, and the agencies' own as last read.
  func refreshGuards() async throws(Problem) {
    _ = try await serially(guardReading, readGuards)
  }

  private func readGuards() async throws(Problem) -> GuardList {
    let guarded = try await stored { (r) throws(RecordsError) in try await r.guardedNames() }
    let recorded = guarded + ownDomains.withLock { $0 }
    // Popular sites may be a million: what did not change is not merged again.
    let known = guardList.withLock { $0 }
    guard recorded != known.recorded else { return known.all }
    let all = guardsFromFiles.merging(GuardList(recorded))
    guardList.withLock { $0 = (recorded, all) }
    return all
  }

  /// What is guarded at this moment, by other processes too: for what goes onto a list.
  func currentGuards() async throws(Problem) -> GuardList {
    try await refreshPeople()
    return try await serially(guardReading, readGuards)
  }

  /// The same as terms for `list`.
  func currentTerms(_ list: ListName) async throws(Problem) -> GuardTerms {
    let policy = try policy(list)
    // The revision first: whatever comes after it is told by it.
    let revision = try await stored { (r) throws(RecordsError) in try await r.guardRevision() }
    return GuardTerms(
      try await currentGuards(), narrowCountries: policy.narrowCountries, revision: revision)
  }

  /// The same for what was taken off for an appeal, on any list.
  func reinstatementTerms() async throws(Problem) -> ReinstatementTerms {
    var countries: [ListName: Int] = [:]
    for list in configuration.lists { countries[list.name] = try policy(list.name).narrowCountries }
    return ReinstatementTerms(try await currentGuards(), narrowCountries: countries)
  }

  /// Makes a release judged by what is guarded when it is committed; anew when another process guards meanwhile.
  func releasing<Value: Sendable>(
    _ list: ListName,
    _ work: @Sendable (Publisher, GuardTerms) async throws(PublicationError) -> Value
  ) async throws(Problem) -> Value {
    try await withGuardsStill { () throws(Problem) in
      for _ in 0..<Self.maximumAttempts {
        let terms = try await currentTerms(list)
        do throws(PublicationError) { return try await work(publisher, terms) } catch .guardsChanged {
          continue
        } catch { throw Problem(publication: error) }
      }
      throw Problem(publication: .guardsChanged)
    }
  }

  /// How often a release is judged anew because other processes guard names meanwhile.
  private static let maximumAttempts = 5

  /// Does what makes a release, or puts a guard in force: one after the other.
  func withGuardsStill<Value: Sendable>(
    _ work: @Sendable () async throws(Problem) -> Value
  ) async throws(Problem) -> Value { try await serially(guardGate, work) }

  private func serially<Value: Sendable>(
    _ gate: SerialGate, _ work: @Sendable () async throws(Problem) -> Value
  ) async throws(Problem) -> Value {
    await gate.enter()
    do throws(Problem) {
      let value = try await work()
      await gate.leave()
      return value
    } catch {
      await gate.leave()
      throw error
    }
  }

  /// The names of the service itself and of its followers, and where its zones are anchored.
  private static func ownGuards(_ configuration: ServiceConfiguration) -> GuardList {
    let names = configuration.ownNames + configuration.lists.map(\.policyZone)
    return GuardList(names.map { GuardEntry(name: $0, level: .never, reason: "our own") })
  }

  /// What the store answers, its refusal as a problem.
  func stored<Value: Sendable>(
    _ work: (any Records) async throws(RecordsError) -> Value
  ) async throws(Problem) -> Value {
    do throws(RecordsError) { return try await work(records) } catch { throw Problem(records: error) }
  }

  /// What the publisher answers, its refusal as a problem.
  func publishing<Value: Sendable>(
    _ work: (Publisher) async throws(PublicationError) -> Value
  ) async throws(Problem) -> Value {
    do throws(PublicationError) { return try await work(publisher) } catch {
      throw Problem(publication: error)
    }
  }

  /// The same of a proposal for the root or the targets: who was not quick enough hears that it changed, of the targets in their words.
  func proposing<Value: Sendable>(
    of role: Proposal, _ work: (Publisher) async throws(PublicationError) -> Value
  ) async throws(Problem) -> Value {
    do throws(PublicationError) { return try await work(publisher) } catch {
      switch (error, role) {
      case (.contention, _): throw Problem(.proposalConflict, fields: ["Retry-After": "1"])
      case (.noProposal, .targets): throw Problem(.noTargetsProposal)
      case (.proposalRefused(let rule), .targets): throw Problem(.targetsProposalRefused, rule)
      default: throw Problem(publication: error)
      }
    }
  }

  /// What key holders propose.
  enum Proposal: Sendable { case root, targets }

  /// A configured list's settings. - Throws: `list-not-found`.
  func list(_ text: String) throws(Problem) -> ServiceConfiguration.List {
    guard let list = configuration.lists.first(where: { $0.name.text == text }) else {
      throw Problem(.listNotFound)
    }
    return list
  }

  /// Which approvals of each list count, for queues.
  func queueTerms() throws(Problem) -> [QueueFilter.Terms] {
    var terms: [QueueFilter.Terms] = []
    for list in configuration.lists {
      let policy = try policy(list.name)
      terms.append(
        QueueFilter.Terms(
          list: list.name, criteriaID: policy.criteria.id, criteriaVersion: policy.criteria.version,
          isSignatureRequired: policy.signing.isRequired))
    }
    return terms
  }

  /// What reviews of `list` are judged by. - Throws: `list-not-found`.
  func policy(_ list: ListName) throws(Problem) -> ReviewPolicy {
    let settings = try self.list(list.text)
    guard let criteria = criteria[list], let term = LeaseTerm(days: settings.leaseDays) else {
      throw Problem(.internalError)
    }
    return ReviewPolicy(
      criteria: criteria, guards: guards, suffixes: rules.publicSuffixes, lease: term,
      countries: max(settings.countries, criteria.countries), signing: settings.signing)
  }
}
