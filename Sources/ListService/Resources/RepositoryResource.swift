// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Publication

/// The TUF repository as files: metadata for whoever has a credential, targets for readers.
struct RepositoryResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/repository/metadata/{file}"), operation: "metadata",
        summary: "A file of signed metadata (TUF 1.0)", access: .signedIn,
        answers: [
          .init(status: .ok, types: ["application/json"], schema: "SignedMetadata", meaning: "the file"),
          .init(status: .partialContent, types: ["application/json"], meaning: "the range asked for"),
          .init(status: .notModified, types: [], meaning: "you have it already"),
        ],
        problems: [.notFound, .preconditionFailed, .rangeNotSatisfiable], negotiates: false,
        isRepeatable: true, work: Route.ready(metadata)),
      Route(
        method: .get, pattern: PathPattern("/repository/targets/{path...}"), operation: "target",
        summary: "A signed target, its name prefixed by its hash", access: .roles(ListResource.readers),
        answers: ListResource.fileAnswers, problems: [.notFound, .preconditionFailed, .rangeNotSatisfiable],
        negotiates: false, isRepeatable: true, work: Route.ready(target)),
    ]
  }

  private func metadata(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    let name = exchange.pathText("file")
    guard let file = context.published.repository.metadata[name] else { throw Problem(.notFound) }
    return try FileAnswer.answer(file, to: exchange.request, isImmutable: name != "timestamp.json")
  }

  private func target(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    guard let file = context.published.repository.targets[exchange.pathText("path")] else {
      throw Problem(.notFound)
    }
    return try FileAnswer.answer(file, to: exchange.request, isImmutable: true)
  }
}
