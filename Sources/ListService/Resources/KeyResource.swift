// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import HTTPMessages
internal import Ingest
internal import Publication
internal import SignedManifests
internal import StrictJSON

/// The root of trust: what is in force, and the next one, proposed, signed and published by key holders.
struct KeyResource: Sendable {
  let context: ServiceContext

  var routes: [Route] {
    [
      Route(
        method: .get, pattern: PathPattern("/v1/keys/root"), operation: "root",
        summary: "The root in force, and the proposal if there is one", access: .roles(Self.holders),
        answers: [.init(status: .ok, schema: "RootStatus", meaning: "the root")],
        problems: [.publishingUnavailable],
        work: Route.later(root)),
      Route(
        method: .get, pattern: PathPattern("/v1/keys/root/proposal"), operation: "rootProposal",
        summary: "The next root, to be signed", access: .roles(Self.holders),
        answers: [.init(status: .ok, schema: "RootProposal", meaning: "the proposal")],
        problems: [.noRootProposal, .publishingUnavailable],
        work: Route.later(proposal)),
      Route(
        method: .post, pattern: PathPattern("/v1/keys/root/proposals"), operation: "proposeRoot",
        summary: "Propose the next root; it may carry signatures already", access: .roles([.keyholder]),
        content: .init(types: ["application/json"], schema: "SignedMetadata", maximumOctets: 1 << 20),
        answers: [.init(status: .created, schema: "RootProposal", meaning: "proposed")],
        problems: [.rootProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(propose)),
      Route(
        method: .post, pattern: PathPattern("/v1/keys/root/proposal/signatures"), operation: "signRoot",
        summary: "Add a signature, made on the key holder's own machine", access: .roles([.keyholder]),
        content: .init(types: ["application/json"], schema: "SignatureRequest"),
        answers: [.init(status: .created, schema: "RootProposal", meaning: "added")],
        problems: [.noRootProposal, .rootProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(sign)),
      Route(
        method: .post, pattern: PathPattern("/v1/keys/root/proposal/publish"), operation: "publishRoot",
        summary: "Publish the proposal once enough have signed", access: .roles([.keyholder]),
        content: .init(types: ["application/json"], schema: "EmptyRequest", isRequired: false),
        answers: [.init(status: .created, schema: "PublishedRoot", meaning: "in force")],
        problems: [.noRootProposal, .rootProposalRefused, .proposalConflict, .publishingUnavailable],
        work: Route.later(publish)),
      Route(
        method: .delete, pattern: PathPattern("/v1/keys/root/proposal"), operation: "dropRootProposal",
        summary: "Drop the proposal", access: .roles([.keyholder]),
        answers: [.init(status: .noContent, types: [], meaning: "dropped")],
        problems: [.noRootProposal, .proposalConflict, .publishingUnavailable],
        work: Route.later(drop)),
    ]
  }

  private static let holders: [Role] = [.keyholder, .admin, .auditor]

  private func root(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let status = try await status()
    let root = status.root.signed
    let role = root[.root]
    let keys: [JSONValue] = role.keyids.map { keyid in
      ["keyid": .string(keyid), "name": Render.text(root.keys[keyid]?.label)]
    }
    return Answers.json([
      "version": .integer(root.version), "threshold": Render.number(role.threshold),
      "expires_at": Render.time(root.expires), "keys": .array(keys),
      "metadata": Self.document(status.root.metadata.encoded),
      "proposal": status.proposal == nil ? .null : Self.summary(status),
    ])
  }

  private func proposal(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    guard let proposed = Self.proposed(try await status()) else { throw Problem(.noRootProposal) }
    return Answers.json(proposed)
  }

  private func propose(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let act = try exchange.act()
    let rendering = Rendering<RootStatus>(.created, Self.proposed)
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .root) { (publisher) throws(PublicationError) in
      try await publisher.proposeRoot(exchange.request.body, act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func sign(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let body = try BodyMembers(try exchange.json(), only: ["keyid", "sig"])
    let keyid = try body.text("keyid")
    let sig = try body.text("sig", maximum: 8192)
    let act = try exchange.act()
    let rendering = Rendering<RootStatus>(.created, Self.proposed)
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .root) { (publisher) throws(PublicationError) in
      try await publisher.signRootProposal(keyid: keyid, sig: sig, act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func publish(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    _ = try BodyMembers(try exchange.json(), only: [])
    let act = try exchange.act()
    let rendering = Rendering<TrustedMetadata<Root>>(.created) { ["version": .integer($0.signed.version)] }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .root) { (publisher) throws(PublicationError) in
      try await publisher.publishRootProposal(act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func drop(_ exchange: Exchange) async throws(Problem) -> HTTPResponse {
    let act = try exchange.act()
    let rendering = Rendering<RootStatus>(.noContent) { _ in .null }
    let answering = try rendering.answering(exchange)
    let recorded = try await context.proposing(of: .root) { (publisher) throws(PublicationError) in
      try await publisher.dropRootProposal(act: act, answering: answering)
    }
    return rendering.response(recorded)
  }

  private func status() async throws(Problem) -> RootStatus {
    try await context.proposing(of: .root) { (publisher) throws(PublicationError) in
      try await publisher.rootStatus()
    }
  }

  /// The proposal and who signed it; nil when there is none.
  @Sendable private static func proposed(_ status: RootStatus) -> JSONValue? {
    guard let proposal = status.proposal else { return nil }
    return ["proposal": document(proposal.encoded), "status": summary(status)]
  }

  private static func summary(_ status: RootStatus) -> JSONValue {
    func tally(_ tally: (valid: [String], needed: Int)) -> JSONValue {
      ["signed": .array(tally.valid.map { .string($0) }), "needed": Render.number(tally.needed)]
    }
    return [
      "version": status.proposal.map { .integer($0.signed.version) } ?? .null,
      "current_root": tally(status.approvalByCurrent), "proposed_root": tally(status.approvalByProposed),
    ]
  }

  private static func document(_ octets: [UInt8]) -> JSONValue { (try? JSONValue(parsing: octets)) ?? .null }
}
