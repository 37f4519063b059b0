// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Publication
internal import SignedManifests
internal import StrictJSON

/// The top-level targets, `agencies.json` among them: what is in force, and the next ones, proposed, signed and published by
/// key holders, or signed by the service where the root says so.
struct TargetsResource: Sendable {
  let context: ServiceContext

  private static let holders: [Role] = [.keyholder, .admin, .auditor]
  private static let path = "/v1/keys/targets"
  private static let proposalPath = "/v1/keys/targets/proposal"

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern(Self.path), operation: "targets",
        summary: "The targets that belong to no release, who signs them, and the proposal if there is one",
        access: .roles(Self.holders),
        answers: [.init(status: .ok, schema: "TargetsStatus", meaning: "the targets")],
        problems: [.publishingUnavailable], work: Route.later(targets)),
      Route(
        method: .get, pattern: PathPattern(Self.proposalPath), operation: "targetsProposal",
        summary: "The next targets, to be signed", access: .roles(Self.holders),
        answers: [.init(status: .ok, schema: "TargetsProposal", meaning: "the proposal")],
        problems: [.noTargetsProposal, .publishingUnavailable], work: Route.later(proposal)),
      Route(
        method: .post, pattern: PathPattern(Self.path + "/proposals"), operation: "proposeTargets",
        summary: "Propose the next targets with all files they describe; they may carry signatures already",
        access: .roles([.keyholder]),
        content: .init(
          types: ["application/json"], schema: "TargetsBundle", maximumOctets: TargetsBundle.maximumOctets),
        answers: [.init(status: .created, schema: "TargetsProposal", meaning: "proposed")],
        problems: [.targetsProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(propose)),
      Route(
        method: .post, pattern: PathPattern(Self.proposalPath + "/signatures"), operation: "signTargets",
        summary: "Add a signature, made on the key holder's own machine", access: .roles([.keyholder]),
        content: .init(types: ["application/json"], schema: "SignatureRequest"),
        answers: [.init(status: .created, schema: "TargetsProposal", meaning: "added")],
        problems: [.noTargetsProposal, .targetsProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(sign)),
      Route(
        method: .post, pattern: PathPattern(Self.proposalPath + "/publish"), operation: "publishTargets",
        summary: "Publish the proposal once enough have signed", access: .roles([.keyholder]),
        content: .init(types: ["application/json"], schema: "EmptyRequest", isRequired: false),
        answers: [.init(status: .created, schema: "PublishedTargets", meaning: "in force")],
        problems: [.noTargetsProposal, .targetsProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(publish)),
      Route(
        method: .delete, pattern: PathPattern(Self.proposalPath), operation: "dropTargetsProposal",
        summary: "Drop the proposal", access: .roles([.keyholder]),
        answers: [.init(status: .noContent, types: [], meaning: "dropped")],
        problems: [.noTargetsProposal, .proposalConflict, .publishingUnavailable], work: Route.later(drop)),
      Route(
        method: .post, pattern: PathPattern(Self.path + "/files"), operation: "putTargets",
        summary: "Replace files that belong to no release, where the service signs the targets",
        access: .roles([.keyholder]),
        content: .init(
          types: ["application/json"], schema: "TargetsFiles", maximumOctets: TargetsBundle.maximumOctets),
        answers: [.init(status: .created, schema: "PublishedTargets", meaning: "in force")],
        problems: [.targetsProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(put)),
    ]
  }

  private func targets(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let status = try await status()
    let role = status.root[.targets]
    let keys: [JSONValue] = role.keyids.map { keyid in
      ["keyid": .string(keyid), "name": Render.text(status.root.keys[keyid]?.label)]
    }
    return Answers.json([
      "signed_by": status.isSignedHere ? "service" : "holders",
      "version": status.targets.map { .integer($0.signed.version) } ?? .null,
      "threshold": Render.number(role.threshold), "keys": .array(keys),
      "expires_at": status.targets.map { Render.time($0.signed.expires) } ?? .null,
      "metadata": status.targets.map { Self.document($0.encoded) } ?? .null,
      "files": Self.texts(status.files),
      "proposal": status.proposal == nil ? .null : Self.summary(status),
    ])
  }

  private func proposal(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let proposed = Self.proposed(try await status()) else { throw Problem(.noTargetsProposal) }
    return Answers.json(proposed)
  }

  private func propose(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let act = try exchange.act()
    let rendering = Rendering<TargetsStatus>(.created, Self.proposed)
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .targets) { (publisher) throws(PublicationError) in
      try await publisher.proposeTargets(exchange.request.body, act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func sign(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["keyid", "sig"])
    let keyid = try body.text("keyid")
    let sig = try body.text("sig", maximum: 8192)
    let act = try exchange.act()
    let rendering = Rendering<TargetsStatus>(.created, Self.proposed)
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .targets) { (publisher) throws(PublicationError) in
      try await publisher.signTargetsProposal(keyid: keyid, sig: sig, act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func publish(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    _ = try BodyMembers(try exchange.json(), only: [])
    let act = try exchange.act()
    let answering = try Self.version.answering(exchange)
    let recorded = try await context.proposing(of: .targets) { (publisher) throws(PublicationError) in
      try await publisher.publishTargetsProposal(act: act, answering: answering)
    }
    return Self.version.response(recorded)
  }

  private func drop(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let act = try exchange.act()
    let rendering = Rendering<TargetsStatus>(.noContent) { _ in .null }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .targets) { (publisher) throws(PublicationError) in
      try await publisher.dropTargetsProposal(act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func put(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let value = try exchange.json()
    _ = try BodyMembers(value, only: ["files"])
    var files: [String: [UInt8]] = [:]
    for (name, text) in value["files"]?.objectValue?.members ?? [] {
      guard let text = text.stringValue else {
        throw Problem(.invalidField, "A text is wanted.", extras: ["pointer": .string("/files/" + name)])
      }
      files[name] = Array(text.utf8)
    }
    guard !files.isEmpty else {
      throw Problem(
        .invalidField, "An object of texts by name is wanted.", extras: ["pointer": "/files"])
    }
    let act = try exchange.act()
    let answering = try Self.version.answering(exchange)
    let recorded = try await context.proposing(of: .targets) { [files] (publisher) throws(PublicationError) in
      try await publisher.putStandingTargets(files, act: act, answering: answering)
    }
    return Self.version.response(recorded)
  }

  private static let version = Rendering<Int64>(.created) { ["version": .integer($0)] }

  private func status() async throws(Problem) -> TargetsStatus {
    try await context.proposing(of: .targets) { (publisher) throws(PublicationError) in
      try await publisher.targetsStatus()
    }
  }

  /// The proposal and who signed it; nil when there is none.
  @Sendable private static func proposed(_ status: TargetsStatus) -> JSONValue? {
    guard let proposal = status.proposal else { return nil }
    return [
      "metadata": document(proposal.metadata.encoded), "files": texts(proposal.files),
      "status": summary(status),
    ]
  }

  private static func summary(_ status: TargetsStatus) -> JSONValue {
    func tally(_ tally: (valid: [String], needed: Int)) -> JSONValue {
      ["signed": .array(tally.valid.map { .string($0) }), "needed": Render.number(tally.needed)]
    }
    return [
      "version": status.proposal.map { .integer($0.metadata.signed.version) } ?? .null,
      "current_root": tally(status.approvalByCurrent), "proposed_root": tally(status.approvalByProposed),
    ]
  }

  private static func texts(_ files: [String: [UInt8]]) -> JSONValue {
    .object(
      JSONObject(
        files.sorted { $0.key < $1.key }.map { ($0.key, .string(String(decoding: $0.value, as: UTF8.self))) })
    )
  }

  private static func document(_ octets: [UInt8]) -> JSONValue { (try? JSONValue(parsing: octets)) ?? .null }
}
