// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import StrictJSON

/// One operation: what it takes, who may ask, what it answers. The router, the OpenAPI document and the tests all read this.
struct Route: Sendable {
  /// Who may ask.
  enum Access: Sendable {
    case anyone
    /// Anyone who proved who they are.
    case signedIn
    case roles([Role])
    /// From this machine, or with the role.
    case loopbackOr(Role)
  }

  /// What a request that changes something counts as.
  enum Pace: Sendable {
    /// One of a person's changes.
    case changes
    /// One of what a reader's machines tell back, who may be many with one credential.
    case tellings
    /// Nothing here: the handler counts by itself.
    case itsOwn
  }

  /// What the content of a request may be.
  struct Content: Sendable {
    var types: [String]
    var schema: String
    var isRequired = true
    var maximumOctets = 1 << 16
    /// Whether it is put aside as it arrives, and never in memory whole.
    var isSpooled = false
  }

  /// An answer's content: media types and a schema of the OpenAPI document, nil for plain text or none.
  struct Answer: Sendable {
    var status: HTTPStatus
    var types: [String] = ["application/json"]
    var schema: String?
    var meaning: String
  }

  typealias Work = @Sendable (Exchange) throws(Problem) -> Outcome

  let method: HTTPMethod
  let pattern: PathPattern
  let operation: String
  let summary: String
  let access: Access
  var query: [QueryParameter] = []
  var content: Content?
  let answers: [Answer]
  var problems: [ProblemKind] = []
  /// Whether the Accept field chooses among the media types; a file has the one type it has.
  var negotiates = true
  /// Whether the answer is kept under an `Idempotency-Key`: not where nobody says who they are, nor where repeating does no more than
  /// the first time.
  var keepsAnswer = true
  /// By what requests that change something are counted.
  var pace = Pace.changes
  /// Whether names that are masked elsewhere are told here, without being asked to be revealed.
  var revealsNames = false
  /// Whether a ready answer depends on nothing but the request, the published state and who may come in.
  var isRepeatable = false
  let work: Work

  /// What the answer may be written in; the first when the client does not care.
  var produces: [String] { answers.first { $0.status.code < 300 && !$0.types.isEmpty }?.types ?? [] }
  var isMutating: Bool { method != .get }
  /// Whether `DeskPace` counts requests here.
  var isPaced: Bool {
    if case .anyone = access { return false }
    return isMutating && pace != .itsOwn || revealsNames
      || query.contains { $0.name == QueryParameter.reveal.name }
  }
  var takesIdempotencyKey: Bool { isMutating && keepsAnswer }
}

/// What a handler gives: an answer from memory, or work to be done off the reactor.
enum Outcome: Sendable {
  case ready(HTTPResponse)
  case later(@Sendable () async throws(Problem) -> HTTPResponse)
  /// Not before the published state changes: asked again then, up to so many seconds; 204 after that.
  case waiting(seconds: Int64, @Sendable () throws(Problem) -> HTTPResponse?)
}

extension Route {
  /// Work that never leaves memory.
  static func ready(_ handler: @escaping @Sendable (Exchange) throws(Problem) -> HTTPResponse) -> Work {
    { (exchange) throws(Problem) in .ready(try handler(exchange)) }
  }

  /// Work that touches the store.
  static func later(_ handler: @escaping @Sendable (Exchange) async throws(Problem) -> HTTPResponse) -> Work {
    { (exchange) throws(Problem) in
      .later { () async throws(Problem) in try await handler(exchange) }
    }
  }
}
