// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import FoundationEssentials
internal import HTTPMessages
internal import Ingest
internal import Records
internal import StrictJSON

/// A request past the router: who asks is known, its parameters are in form.
struct Exchange: Sendable {
  let request: HTTPRequest
  /// Who asks; nil on routes open to anyone.
  let principal: Principal?
  let path: [String: String]
  let query: [String: String]
  /// The media type to answer in.
  let answerType: String
  /// The media type of the content; nil without content.
  let contentType: String?
  let now: Date

  /// Who asks, on routes that need to know.
  func requirePrincipal() throws(Problem) -> Principal {
    guard let principal else { throw Problem(.credentialRequired) }
    return principal
  }

  func act() throws(Problem) -> Act { Act(by: try requirePrincipal().id, at: now) }

  func integer(_ name: String) -> Int64? { query[name].flatMap(QueryParameter.integer) }
  func flag(_ name: String) -> Bool { query[name] == "true" }

  /// Items a page, at most `maximum`.
  func limit(_ standard: Int = 100) -> Int { integer("limit").map(Int.init) ?? standard }
  var after: Int64 { integer("after") ?? 0 }

  func pathText(_ name: String) -> String { path[name] ?? "" }

  /// The content as one JSON value; an empty object when there is none.
  func json() throws(Problem) -> JSONValue {
    guard !request.body.isEmpty else { return .object([:]) }
    do throws(JSONError) {
      return try JSONValue(parsing: request.body, limits: JSONLimits(octets: 8 << 20))
    } catch {
      throw Problem(
        .malformedBody, "\(error.description).",
        extras: ["line": .integer(Int64(error.line)), "column": .integer(Int64(error.column))])
    }
  }

  /// The idempotency key of this request; nil without one.
  ///
  /// - Throws: `invalid-field` for a key that is empty or longer than 255 octets.
  func idempotencyKey() throws(Problem) -> IdempotencyKey? {
    let keys = request.fields.all("Idempotency-Key")
    guard let key = keys.first, let principal else { return nil }
    guard keys.count == 1, (1...255).contains(key.utf8.count) else {
      throw Problem(.invalidField, "`Idempotency-Key` is one key of 1 to 255 octets.")
    }
    return IdempotencyKey(principal: principal.id, key: key, requestDigest: digest)
  }

  /// The content that was put aside as it arrived; nil when it is in the request's body.
  var spooled: SpooledContent? { request.arrived?.receiver as? SpooledContent }

  /// Octets of content.
  var contentOctets: Int { spooled?.count ?? request.body.count }

  /// By which a repeated request is known.
  private var digest: [UInt8] {
    if let spooled { return spooled.digest }
    var hasher = SHA256Hasher()
    hasher.update(Self.digested(request, contentType))
    hasher.update(request.body)
    return hasher.finalize().octets
  }

  /// What of a request's head counts for that.
  static func digested(_ request: HTTPRequest, _ contentType: String?) -> [UInt8] {
    Array(
      "\(request.method.name) \(request.path)?\(request.query ?? "")\n\(contentType ?? "")\n".utf8)
  }
}
