// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import HTTPMessages
internal import ListFormats
internal import Publication

/// A detached Ed25519 signature of each file, for readers who verify with `openssl`.
struct SignatureResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      route(
        "/v1/lists/{list}/latest/{format}/signature", "latestSignature",
        "The signature of the latest release in a format"
      ) { (list, _) throws(Problem) in
        guard let version = context.published.lists[list]?.version else { throw Problem(.versionNotFound) }
        return version
      },
      route(
        "/v1/lists/{list}/versions/{version}/{format}/signature", "versionSignature",
        "The signature of a release in a format"
      ) { (_, exchange) throws(Problem) in
        guard let version = ListVersion(parsing: exchange.pathText("version")) else {
          throw Problem(.versionNotFound)
        }
        return version
      },
    ]
  }

  private func route(
    _ template: String, _ operation: String, _ summary: String,
    version: @escaping @Sendable (ListName, Exchange) throws(Problem) -> ListVersion
  ) -> Route {
    Route(
      method: .get, pattern: PathPattern(template), operation: operation, summary: summary,
      access: .roles(ListResource.readers),
      answers: [
        .init(
          status: .ok, types: ["application/octet-stream"],
          meaning: "64 octets, Ed25519 over the whole file, by the key in the target signing-keys/files.pem")
      ],
      problems: [.listNotFound, .formatNotFound, .versionNotFound, .notFound], negotiates: false,
      work: Route.later { (exchange) async throws(Problem) in try await answer(exchange, version) })
  }

  private func answer(
    _ exchange: Exchange, _ version: @Sendable (ListName, Exchange) throws(Problem) -> ListVersion
  ) async throws(Problem) -> HTTPResponse {
    let list = try context.list(exchange.pathText("list")).name
    guard let format = ListFormat(rawValue: exchange.pathText("format")) else {
      throw Problem(.formatNotFound)
    }
    let version = try version(list, exchange)
    let file = try await context.publishing { (publisher) throws(PublicationError) in
      try await publisher.file(format, of: list, version: version)
    }
    guard let file else { throw Problem(.versionNotFound) }
    let signature = try await context.publishing { (publisher) throws(PublicationError) in
      try publisher.signature(of: file)
    }
    guard let signature else { throw Problem(.notFound, "This service has no key to sign files with.") }
    return HTTPResponse(
      status: .ok,
      fields: [
        "Content-Type": "application/octet-stream", "Cache-Control": "private, no-cache",
        "Cordon-Version": String(version.number),
      ],
      body: .octets(signature))
  }
}
