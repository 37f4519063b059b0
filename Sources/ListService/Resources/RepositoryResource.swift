// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import Blocklists
internal import Cryptography
internal import HTTPMessages
internal import Ingest
internal import ListFormats
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
        negotiates: false, isRepeatable: true, work: { (exchange) throws(Problem) in try target(exchange) }),
    ]
  }

  private func metadata(_ exchange: Exchange) throws(Problem) -> HTTPResponse {
    let name = exchange.pathText("file")
    guard let file = context.published.repository.metadata[name] else { throw Problem(.notFound) }
    return try FileAnswer.answer(file, to: exchange.request, isImmutable: name != "timestamp.json")
  }

  private func target(_ exchange: Exchange) throws(Problem) -> Outcome {
    let path = exchange.pathText("path")
    if let file = context.published.repository.targets[path] {
      return try FileAnswer.outcome(file, to: exchange.request, isImmutable: true)
    }
    guard let earlier = EarlierTarget(path),
      let latest = context.published.lists[earlier.list]?.version, earlier.version < latest,
      latest.number - earlier.version.number <= UInt64(Publisher.keptMetadataVersions)
    else { throw Problem(.notFound) }
    return .later { () async throws(Problem) in try await self.earlier(earlier, exchange) }
  }

  /// A target of a release before the latest, rendered anew, for a client that is still at the metadata of then.
  private func earlier(_ target: EarlierTarget, _ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let file = try await context.publishing { (publisher) throws(PublicationError) in
      guard let format = target.format else {
        return try await publisher.approvalsFile(of: target.list, version: target.version)
      }
      return try await publisher.file(format, of: target.list, version: target.version)
    }
    guard let file, file.digest.hex == target.digest else { throw Problem(.notFound) }
    return try FileAnswer.answer(file, to: exchange.request, isImmutable: true)
  }
}

/// The parts of a path such as `worst-of/3/HASH.entries.txt`.
private struct EarlierTarget: Sendable {
  let list: ListName
  let version: ListVersion
  let digest: String
  /// Nil for the approvals.
  let format: ListFormat?

  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, let list = try? ListName(String(parts[0])),
      let version = ListVersion(parsing: parts[1]), version > .unreleased,
      let dot = parts[2].firstIndex(of: ".")
    else { return nil }
    let name = String(parts[2][parts[2].index(after: dot)...])
    let format = ListFormat(rawValue: name)
    guard format != nil || name == ApprovalList.fileName else { return nil }
    self.list = list
    self.version = version
    self.format = format
    digest = String(parts[2][..<dot])
  }
}
