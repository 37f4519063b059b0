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

/// What the public form and the API do alike.
struct AppealDesk: Sendable {
  let context: ServiceContext

  /// An appeal on record with the secret that opens it, which is told once.
  struct Filed: Sendable {
    let appeal: Appeal
    let secret: String
  }

  static let members = ["name", "statement", "contact"]

  /// The days that the published clock looks back.
  static let clockDays = 180

  /// Takes an appeal. Nothing is looked up in the list: the same work, the same answer, listed or not.
  func file(_ body: BodyMembers, _ exchange: Exchange) async throws(Problem) -> Filed {
    let name = try listable(try body.text("name", maximum: 2048), body)
    let statement = try body.remark("statement", maximum: Appeal.maximumStatement, allowsLines: true)
    let contact = try body.optionalRemark("contact", maximum: Appeal.maximumContact)
    try take(context.appealLimiter, "appeals", exchange)
    let secret = BearerToken.base64url(randomOctets(18))
    let new = NewAppeal(
      id: AppealCase(random: randomOctets(AppealCase.randomOctets)), secretDigest: Self.digest(secret),
      name: name, statement: statement, contact: contact, at: exchange.now)
    let appeal = try await context.stored { (records) throws(RecordsError) in
      try await records.addAppeal(new)
    }
    return Filed(appeal: appeal, secret: secret)
  }

  /// The appeal that `text` numbers and `secret` opens. - Throws: `appeal-not-found`, whichever is wrong.
  func open(_ text: String, secret: String, _ exchange: Exchange) async throws(Problem) -> AppealStatus {
    try take(context.appealQuestions, "appeal-questions", exchange)
    guard let id = AppealCase(text) else { throw Problem(.appealNotFound) }
    let appeal = try await context.stored { (records) throws(RecordsError) in
      try await records.appealStatus(id)
    }
    guard constantTimeEquals(appeal.secretDigest, Self.digest(secret)) else { throw Problem(.appealNotFound) }
    return appeal
  }

  private func take(
    _ limiter: AddressLimiter, _ name: String, _ exchange: Exchange
  ) throws(Problem) {
    do throws(Problem) {
      try limiter.take(exchange.request.connection.peerAddress, now: exchange.now)
    } catch {
      context.metrics.countLimited(name)
      throw error
    }
  }

  /// How long decisions took lately; a minute old at most.
  func clock(_ now: Date) async throws(Problem) -> AppealClock {
    try await context.appealClock.value(now) { () throws(Problem) in
      let start = now.addingTimeInterval(Double(-Self.clockDays) * 86_400)
      return try await context.stored { (records) throws(RecordsError) in
        try await records.appealClock(since: start)
      }
    }
  }

  /// Takes everything listed off that was found for the appeal and covers its name, and releases the lists without it at once. What is
  /// listed only after that was found is not its own yet, and stays.
  func suspend(_ appeal: Appeal, act: Act) async throws(Problem) {
    let covering = BlocklistEntry(name: appeal.name, scope: .host)
    let listed = try await context.stored { (records) throws(RecordsError) in
      try await records.entries(
        EntryFilter(state: .listed, covering: covering), after: 0, limit: Self.mostEntries)
    }
    for entry in listed where appeal.entries.contains(entry.id) {
      do throws(PublicationError) {
        _ = try await context.publisher.suspend(entry.id, reason: appeal.suspensionReason, act: act)
      } catch .records(.refused(.wrongEntryState)) {
        continue  // Somebody was quicker.
      } catch { throw Problem(publication: error) }
    }
  }

  // Each label above a name, in two scopes, on as many lists as anyone has.
  private static let mostEntries = 1000

  private func listable(_ text: String, _ body: BodyMembers) throws(Problem) -> DomainName {
    do throws(NameRefusal) {
      return try ListableName(try SubmittedURL(text, rules: context.rules), rules: context.rules).name
    } catch { throw body.refusal("name", "an address or a domain is wanted (\(error.rule.rawValue))") }
  }

  private static func digest(_ secret: String) -> [UInt8] {
    SHA256Digest(hashing: Array(secret.utf8)).octets
  }
}
