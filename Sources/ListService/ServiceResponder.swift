// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
public import HTTPMessages
public import HTTPServing
internal import Ingest
internal import Publication
internal import Records

/// The service behind the engine: finds the route, lets in who may, and answers.
public final class ServiceResponder: HTTPResponder {
  let context: ServiceContext
  private let table: RouteTable
  private let log: AccessLog

  /// The service of these parts. Nobody is let in before `refresh`.
  public init(_ parts: ServiceParts) {
    context = ServiceContext(parts)
    table = RouteTable.all(context)
    log = AccessLog(parts.configuration.logsAccess ? parts.log : nil)
  }

  /// Reads again, from the store, who may come in and what is guarded: at the start, and from time to time for changes
  /// that other processes made. Answers false when the store did not answer; what was known stays in force.
  public func refresh() async -> Bool {
    do throws(Problem) {
      try await context.refreshPeople()
      try await context.refreshGuards()
      return true
    } catch { return false }
  }

  /// As much as the route takes, and little from who brings no valid credential, or may not ask there: but for content that is put
  /// aside, of which nothing is held.
  public func bodyLimit(for head: HTTPRequest) -> Int {
    let modest = 1 << 16
    guard let (content, _, mayAsk) = content(for: head), mayAsk || content.isSpooled else { return modest }
    return max(content.maximumOctets, modest)
  }

  /// Whoever brings a valid credential.
  public func knows(_ head: HTTPRequest) -> Bool { content(for: head) != nil }

  /// Who may send much has it put aside; of who may not, it is dropped, and then refused.
  public func receiver(for head: HTTPRequest) -> (any ContentReceiver)? {
    guard let (content, person, mayAsk) = content(for: head), content.isSpooled else { return nil }
    guard mayAsk else { return DroppedContent() }
    guard let type = try? MediaNegotiation.contentType(of: head, accepted: content.types) else { return nil }
    return SpooledContent(
      head: Exchange.digested(head, type), announced: head.fields["Content-Length"].flatMap { Int($0) },
      folder: context.configuration.data, budget: context.spool, person: person)
  }

  /// The content of the route that `head` leads to, if somebody known sends it, who, and whether they may ask there.
  private func content(for head: HTTPRequest) -> (
    content: Route.Content, person: PrincipalID, mayAsk: Bool
  )? {
    guard let path = try? head.pathSegments, case .route(let route, _) = table.find(head.method, path),
      let content = route.content,
      let principal = try? context.gatekeeper.principal(of: head, now: context.clock())
    else { return nil }
    let isLoopback = head.connection.isLoopback
    let mayAsk = (try? context.gatekeeper.check(route.access, principal, isLoopback: isLoopback)) != nil
    return (content, principal.id, mayAsk)
  }

  /// The answer to a request.
  public func answer(_ request: HTTPRequest) -> HTTPAnswer {
    var terms: RepeatTerms?
    return answer(request, terms: &terms)
  }

  /// Changes with every release, signed metadata and change of credentials.
  public var epoch: UInt64 { context.publisher.showing << 32 &+ context.gatekeeper.generation }

  /// The present second since 1970.
  public var second: Int64 { Int64(context.clock().timeIntervalSince1970.rounded(.down)) }

  /// The answer to a request and, when it is made of published state alone, on what terms it may be given again.
  public func answer(_ request: HTTPRequest, terms: inout RepeatTerms?) -> HTTPAnswer {
    // Before anything else is read: what changes from here on makes the terms void, never the answer stale.
    let epoch = epoch
    let now = context.clock()
    let begin = ContinuousClock.now
    var seen = Seen()
    do throws(Problem) {
      let exchange = try admit(request, now: now, seen: &seen)
      switch try seen.work(exchange) {
      case .ready(let response):
        terms = repeatTerms(request, response, seen, epoch)
        return .ready(finish(request, response, seen, begin, now))
      case .waiting(let seconds, let attempt):
        let settled = seen
        return .parked(
          ParkedAnswer(timeout: .seconds(seconds), sharesContent: seen.sharesContent) { [self] isOver in
            guard let response = resume(request, settled, isOver: isOver, attempt) else { return nil }
            return finish(request, response, settled, begin, now)
          })
      case .later(let work):
        let settled = seen
        let isMutating = seen.isMutating
        return .deferred { [self] in
          let response = await perform(exchange, isMutating: isMutating, work)
          return finish(request, response, settled, begin, now)
        }
      }
    } catch {
      return .ready(finish(request, error.response, seen, begin, now))
    }
  }

  /// A waiting request asked again; whose credential no longer counts hears that instead.
  private func resume(
    _ request: HTTPRequest, _ seen: Seen, isOver: Bool,
    _ attempt: @Sendable () throws(Problem) -> HTTPResponse?
  ) -> HTTPResponse? {
    do throws(Problem) {
      let principal = try context.gatekeeper.principal(of: request, now: context.clock())
      try context.gatekeeper.check(seen.access, principal, isLoopback: request.connection.isLoopback)
      return try attempt() ?? (isOver ? Answers.nothing : nil)
    } catch { return error.response }
  }

  private func repeatTerms(
    _ request: HTTPRequest, _ response: HTTPResponse, _ seen: Seen, _ epoch: UInt64
  ) -> RepeatTerms? {
    guard seen.isRepeatable, request.method == .get,
      [.ok, .noContent, .partialContent, .notModified].contains(response.status)
    else { return nil }
    let key = ServiceMetrics.Key(method: "GET", template: seen.template, status: response.status.code)
    let octets = response.body.count
    let principal = seen.principal
    var terms = RepeatTerms(
      epoch: epoch,
      expiresAt: seen.expiresAt.map { Int64($0.timeIntervalSince1970.rounded(.down)) },
      sharesContent: seen.sharesContent || response.isShared
    ) { [context, log] count, second, took in
      let each = took / max(1, count)
      context.metrics.count(key, took: each, times: count)
      log.record(count, repeatsOf: key, octets: octets, principal: principal, second: second, each: each)
    }
    terms.isForKnown = principal != nil
    return terms
  }

  /// What is known of a request so far: for the log, whatever becomes of it.
  private struct Seen: Sendable {
    var template = "-"
    var principal: Principal?
    var isMutating = false
    var isRepeatable = false
    var access = Route.Access.signedIn
    /// Whether the content is a published file, held as long as the state it belongs to.
    var sharesContent = false
    /// When the credential expires.
    var expiresAt: Date?
    var work: Route.Work = { (_) throws(Problem) in throw Problem(.notFound) }
  }

  /// Everything before the handler. Who asks is settled before what is asked for, so that a stranger hears the same
  /// whatever the path.
  private func admit(_ request: HTTPRequest, now: Date, seen: inout Seen) throws(Problem) -> Exchange {
    let path: [String]
    do { path = try request.pathSegments } catch {
      if Self.isSecret(request.path) {
        guard let holder = try context.gatekeeper.holder(of: request, now: now) else {
          throw Gatekeeper.unauthorized(.credentialRequired)
        }
        seen.principal = holder.principal
      }
      throw Problem(.invalidPath)
    }
    let finding = table.find(request.method, path)
    var isOpen = !Self.isSecret(request.path)
    if case .route(let route, _) = finding {
      seen.template = route.pattern.template
      if case .anyone = route.access { isOpen = true }
    }
    if !isOpen || request.fields.contains("Authorization") && Self.needsCaller(finding) {
      let holder = try context.gatekeeper.holder(of: request, now: now)
      seen.principal = holder?.principal
      seen.expiresAt = holder?.credential.expiresAt
    }
    if !isOpen, seen.principal == nil { throw Gatekeeper.unauthorized(.credentialRequired) }
    switch finding {
    case .nothing: throw Problem(.notFound)
    case .otherMethods(let methods, let template):
      seen.template = template
      throw Problem(.methodNotAllowed, fields: ["Allow": Self.allow(methods)])
    case .route(let route, let parameters):
      try context.gatekeeper.check(
        route.access, seen.principal, isLoopback: request.connection.isLoopback)
      let exchange = try read(request, route, parameters, seen.principal, now)
      try context.deskPace.take(route, exchange)
      seen.isMutating = route.isMutating
      seen.isRepeatable = route.isRepeatable
      seen.access = route.access
      seen.sharesContent = !route.negotiates
      seen.work = route.work
      return exchange
    }
  }

  private func read(
    _ request: HTTPRequest, _ route: Route, _ parameters: [String: String], _ principal: Principal?,
    _ now: Date
  ) throws(Problem) -> Exchange {
    if case .anyone = route.access, request.fields.contains("Idempotency-Key") {
      throw Problem(
        .invalidField,
        "`Idempotency-Key` belongs to whoever has a credential, and nobody shows one here: leave it out. What is sent twice counts twice."
      )
    }
    let query = try QueryParameter.read(request, known: route.query)
    let answerType = route.negotiates ? try MediaNegotiation.choose(from: route.produces, for: request) : ""
    var contentType: String?
    if let content = route.content, content.isRequired || !request.body.isEmpty {
      contentType = try MediaNegotiation.contentType(of: request, accepted: content.types)
    } else if route.content == nil, !request.body.isEmpty {
      throw Problem(.malformedBody, "This request takes no content.")
    }
    return Exchange(
      request: request, principal: principal, path: parameters, query: query, answerType: answerType,
      contentType: contentType, now: now)
  }

  /// Work off the reactor, answered from what is kept when its key was used before.
  private func perform(
    _ exchange: Exchange, isMutating: Bool, _ work: @Sendable () async throws(Problem) -> HTTPResponse
  ) async -> HTTPResponse {
    await exchange.spooled?.settle()
    do throws(Problem) {
      if isMutating, let key = try exchange.idempotencyKey() {
        let kept = try await context.stored { (r) throws(RecordsError) in try await r.answer(for: key) }
        if let kept { return Answers.stored(kept, isReplayed: true) }
      }
      return try await work()
    } catch { return error.response }
  }

  /// What the engine answered on its own account is logged and counted here, by no route: nothing of what the peer sent is
  /// looked at but the method. What the service answered is told already.
  public func note(_ record: AccessRecord) {
    guard record.isOurs else { return }
    let method = record.method.map { $0 == .head ? HTTPMethod.get : $0 }
    context.metrics.count(
      .init(method: method.map(Self.name) ?? "-", template: "-", status: record.status.code),
      took: record.duration)
    log.record(record, now: context.clock())
  }

  /// As metrics name it: a few, whatever peers make up.
  private static func name(_ method: HTTPMethod) -> String {
    [.get, .post, .delete].contains(method) ? method.name : "OTHER"
  }

  private func finish(
    _ request: HTTPRequest, _ response: HTTPResponse, _ seen: Seen, _ begin: ContinuousClock.Instant,
    _ now: Date
  ) -> HTTPResponse {
    let took = ContinuousClock.now - begin
    let method = request.method == .head ? HTTPMethod.get : request.method
    context.metrics.count(
      .init(method: Self.name(method), template: seen.template, status: response.status.code),
      took: took)
    log.record(
      request, template: seen.template, response: response, principal: seen.principal, took: took, now: now)
    guard seen.principal != nil else { return response }
    var response = response
    response.isForKnown = true
    return response
  }

  /// Whether what lies there is for those with a credential only, so that nobody else learns whether it exists.
  private static func isSecret(_ path: String) -> Bool {
    ["/v1", "/repository", "/log"].contains { path == $0 || path.hasPrefix($0 + "/") }
      || path.contains("%")
  }

  private static func needsCaller(_ finding: RouteTable.Finding) -> Bool {
    guard case .route(let route, _) = finding, case .anyone = route.access else { return true }
    return false
  }

  private static func allow(_ methods: [HTTPMethod]) -> String {
    var names = Set(methods.map(\.name))
    if names.contains("GET") { names.insert("HEAD") }
    return names.sorted().joined(separator: ", ")
  }
}
