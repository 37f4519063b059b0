// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

import Blocklists
import Cryptography
import FoundationEssentials
import HTTPMessages
import Ingest
import ListFollowing
import ListFormats
import Names
import SignedManifests
import StrictJSON

/// A server in memory over a really signed repository, which can be made to lie.
final class SimulatedServer: Transport {
  static let start = Date(timeIntervalSince1970: 1_790_000_000)

  let list: ListName
  var now = SimulatedServer.start
  /// Files below `repository/`.
  var files: [String: [UInt8]] = [:]
  /// Changes what is answered to a path that contains the text.
  var lies: [(path: String, change: (TransportAnswer) -> TransportAnswer)] = []
  /// Every request's method and path.
  private(set) var requests: [String] = []
  private(set) var receipts: [JSONValue] = []
  private(set) var releases: [Blocklist] = [.empty]
  /// Whether it knows the compact form.
  var speaksCompact = false
  /// Formats signed with a line too many.
  var misrendered: Set<ListFormat> = []
  /// Whether it signs block digests, as services do since there are any.
  var signsBlocks = true
  /// Signed as block digest instead of the right one, when not nil.
  var wrongBlocks: SHA256Digest?
  /// Signed into `custom`.
  var brake: JSONValue?
  /// Signed into `custom`.
  var canary: String?
  /// Signed into `custom`.
  var settle: JSONValue?
  /// Signed as the release's approvals, when not nil.
  var approvals: ApprovalList?
  /// Signed as agencies.json, when not nil.
  var register: AgencyRegister?
  private(set) var root: TrustedMetadata<Root>
  private(set) var current: CurrentRepository?
  /// What the releases signed so far describe.
  var targets: [String: TargetDescription] = [:]
  private var holders: [KeySigner]
  private(set) var online: KeySigner
  /// Whether the holders sign the targets, and the online key releases by delegation alone.
  let isCeremony: Bool

  init(list: String = "worst-of", holdersSignTargets: Bool = false) throws {
    isCeremony = holdersSignTargets
    self.list = try ListName(list)
    holders = try (1...3).map { KeySigner(try PrivateKey.generate(.ed25519), holder: "holder-\($0)") }
    online = KeySigner(try PrivateKey.generate(.ed25519), holder: "online")
    let first = Root.initial(
      root: holders.map(\.key), rootThreshold: 2, online: [online.key],
      targets: holdersSignTargets ? holders.map(\.key) : nil, targetsThreshold: holdersSignTargets ? 2 : 1,
      expires: Self.start.addingTimeInterval(400 * 86_400))
    var metadata = try UnverifiedMetadata(first)
    for holder in holders.prefix(2) { try metadata.sign(with: holder) }
    root = try metadata.verifiedBySelf()
    files["metadata/1.root.json"] = metadata.encoded
    if holdersSignTargets { try signStanding(["agencies.json": Array(#"{"version":1}"#.utf8)]) }
  }

  /// Has two holders sign targets that belong to no release, and that hand releases to the online key.
  func signStanding(_ contents: [String: [UInt8]]) throws {
    let next = Targets(
      version: (current?.targets.signed.version ?? 0) + 1, expires: now.addingTimeInterval(365 * 86_400),
      targets: contents.mapValues { TargetDescription(of: $0) },
      delegations: Delegations(
        keys: [online.key],
        roles: [
          DelegatedRole(
            name: TargetsBundle.releases, keys: RoleKeys(keyids: [online.keyid], threshold: 1),
            paths: .patterns(TargetsBundle.releasePaths), isTerminating: true)
        ]))
    var metadata = try UnverifiedMetadata(next)
    for holder in holders.prefix(2) { try metadata.sign(with: holder) }
    for (name, octets) in contents {
      files["targets/" + RepositoryPath.target(name, TargetDescription(of: octets), consistent: true)] =
        octets
    }
    take(try builder.adopt(metadata, following: current, now: now))
  }

  /// Publishes whatever a thief of the online key signs as the role `role`.
  func forge(_ role: String, _ change: (inout Targets) -> Void) throws {
    guard let current else { return }
    var forged = (role == Targets.type ? current.targets : current.delegated[role])?.signed
    if var targets = forged {
      targets.version += 1
      change(&targets)
      forged = targets
    }
    guard let forged else { return }
    var metadata = try UnverifiedMetadata(forged)
    try metadata.sign(with: online)
    let octets = metadata.encoded
    files["metadata/\(forged.version).\(role).json"] = octets
    try forgeSnapshot { meta in
      meta[role + ".json"] = FileDescription(
        version: forged.version, length: Int64(octets.count),
        hashes: ["sha256": SHA256Digest(hashing: octets).hex])
    }
  }

  /// Publishes a snapshot and a timestamp that the online key signs.
  func forgeSnapshot(_ change: (inout [String: FileDescription]) -> Void) throws {
    guard let current else { return }
    var snapshot = current.snapshot.signed
    snapshot.version += 1
    change(&snapshot.meta)
    var metadata = try UnverifiedMetadata(snapshot)
    try metadata.sign(with: online)
    let octets = metadata.encoded
    files["metadata/\(snapshot.version).snapshot.json"] = octets
    var timestamp = current.timestamp.signed
    timestamp.version += 1
    timestamp.snapshot = FileDescription(
      version: snapshot.version, length: Int64(octets.count),
      hashes: ["sha256": SHA256Digest(hashing: octets).hex])
    var signed = try UnverifiedMetadata(timestamp)
    try signed.sign(with: online)
    files["metadata/timestamp.json"] = signed.encoded
  }

  var version: UInt64 { UInt64(releases.count - 1) }

  var firstRoot: [UInt8] { files["metadata/1.root.json"] ?? [] }

  private var builder: RepositoryBuilder { RepositoryBuilder(root: root.signed, signers: [online]) }

  /// Publishes a release of these entries.
  func publish(_ entries: [String]) throws {
    releases.append(try Blocklist(entries: entries.map { try BlocklistEntry(parsing: $0) }))
    try sign(releases[releases.count - 1], as: version)
  }

  /// Signs a list as a version, without asking whether that is right.
  func sign(_ blocklist: Blocklist, as version: UInt64, dropping dropped: UInt64? = nil) throws {
    var custom: JSONObject = ["list": .string(list.text), "version": .integer(Int64(clamping: version))]
    custom["brake"] = brake
    custom["settle"] = settle
    custom["canary"] = canary.map { .string($0) }
    if let dropped { targets = targets.filter { !$0.key.hasPrefix("\(list.text)/\(dropped)/") } }
    var options = RenderOptions(list: list, version: ListVersion(version))
    options.canary = try canary.map { name in try DomainName(canonical: name) }
    for format in [ListFormat.entries, .rpz, .unbound] {
      var octets = format.render(blocklist, options: options).octets
      if misrendered.contains(format) { octets.append(UInt8(ascii: "\n")) }
      if signsBlocks, format == .entries {
        let digest = wrongBlocks ?? ListBlocks(of: blocklist.slab).digest
        custom["blocks"] = ["sha256": .string(digest.hex)]
      }
      let description = TargetDescription(of: octets, custom: custom)
      let path = "\(list.text)/\(version)/\(format.rawValue)"
      targets[path] = description
      files["targets/" + RepositoryPath.target(path, description, consistent: true)] = octets
    }
    if let approvals {
      put("\(list.text)/\(version)/\(ApprovalList.fileName)", approvals.octets)
    }
    if !isCeremony {
      targets[AgencyRegister.fileName] = nil
      if let register { put(AgencyRegister.fileName, register.encoded) }
    }
    if isCeremony, let current {
      take(try builder.release(targets, by: TargetsBundle.releases, following: current, now: now))
    } else {
      take(try builder.release(targets: targets, following: current, now: now))
    }
  }

  private func put(_ path: String, _ octets: [UInt8]) {
    let description = TargetDescription(of: octets)
    targets[path] = description
    files["targets/" + RepositoryPath.target(path, description, consistent: true)] = octets
  }

  /// Signs the same content anew.
  func renew(_ renewal: RepositoryBuilder.Renewal = .timestamp) throws {
    guard let current else { return }
    take(try builder.renew(renewal, of: current, now: now))
  }

  private func take(_ published: RepositoryFiles) {
    for (name, octets) in published.files { files["metadata/" + name] = octets }
    current = published.current
  }

  /// Replaces one holder's key, and the online key too if wanted, by a next root.
  func rotate(replacingOnline: Bool = false) throws {
    let new = KeySigner(try PrivateKey.generate(.ed25519), holder: "new")
    let newOnline = replacingOnline ? KeySigner(try PrivateKey.generate(.ed25519)) : online
    let (old, oldOnline) = (holders[2], online)
    var proposal = try RootProposal(following: root, expires: now.addingTimeInterval(400 * 86_400)) { next in
      _ = next.replace(old.keyid, with: new.key)
      if replacingOnline { _ = next.replace(oldOnline.keyid, with: newOnline.key) }
    }
    for holder in holders.prefix(2) { try proposal.sign(with: holder) }
    root = try proposal.completed()
    files["metadata/\(root.signed.version).root.json"] = root.metadata.encoded
    holders = [new] + holders.prefix(2)
    online = newOnline
    if replacingOnline { try renew(.targets) }
  }

  /// Has a next root name one more online key besides the one there is.
  func addOnline() throws {
    let new = KeySigner(try PrivateKey.generate(.ed25519))
    var proposal = try RootProposal(following: root, expires: now.addingTimeInterval(400 * 86_400)) { next in
      next.keys[new.keyid] = new.key
      for name in [Root.RoleName.timestamp, .snapshot, .targets] {
        next[name] = RoleKeys(keyids: next[name].keyids + [new.keyid], threshold: 1)
      }
    }
    for holder in holders.prefix(2) { try proposal.sign(with: holder) }
    root = try proposal.completed()
    files["metadata/\(root.signed.version).root.json"] = root.metadata.encoded
  }

  /// Makes every answer to a path that contains `path` have one bit flipped.
  func flip(_ path: String, at position: Int? = nil) {
    lie(path) { answer in
      guard !answer.body.isEmpty else { return answer }
      var answer = answer
      answer.body[position ?? answer.body.count / 2] ^= 1
      return answer
    }
  }

  func lie(_ path: String, _ change: @escaping (TransportAnswer) -> TransportAnswer) {
    lies.append((path, change))
  }

  func send(_ request: TransportRequest) throws(TransportFault) -> TransportAnswer {
    requests.append("\(request.method) \(request.path)")
    var answer = honestAnswer(request)
    for lie in lies where request.path.contains(lie.path) { answer = lie.change(answer) }
    if answer.status == 0 { throw .unreachable("no route") }
    if answer.body.count > request.maximumOctets { throw .tooLarge(limit: request.maximumOctets) }
    return answer
  }

  /// The answer to a request that a server without the compact form refuses; nil for others.
  private func compactAnswer(_ request: TransportRequest) -> TransportAnswer? {
    let parts = request.path.split(separator: "?", maxSplits: 1)
    guard parts.count == 2, parts[1].contains("&") else { return nil }
    guard speaksCompact else { return TransportAnswer(status: 400) }
    var query: [Substring: Int] = [:]
    for item in parts[1].split(separator: "&") {
      let pair = item.split(separator: "=")
      query[pair[0]] = Int(pair[1])
    }
    guard let since = query["since"], since < releases.count else { return TransportAnswer(status: 409) }
    if let to = query["to"] {
      guard to < releases.count else { return TransportAnswer(status: 409) }
      guard request.fields["Accept"] == CompactUpdate.mediaType else {
        let delta = Delta(from: releases[since], to: releases[to])
        return TransportAnswer(status: 200, fields: ["Cordon-Version": String(to)], body: delta.text)
      }
      return compact(since: since, to: to, metadata: nil)
    }
    let names = ["timestamp.json"] + [Int64](1...root.signed.version).map { "\($0).root.json" }
    var lacking = names.filter {
      $0.hasSuffix(".root.json") && Int($0.dropLast(10)) ?? 0 > query["root"] ?? 0
    }
    if let current {
      if current.timestamp.signed.version > query["timestamp"] ?? 0 { lacking.append("timestamp.json") }
      if current.snapshot.signed.version > query["snapshot"] ?? 0 {
        lacking.append("\(current.snapshot.signed.version).snapshot.json")
        for name in current.snapshot.signed.meta.keys.sorted().reversed() {
          lacking.append("\(current.snapshot.signed.meta[name]?.version ?? 0).\(name)")
        }
      }
    }
    if since == releases.count - 1, lacking.isEmpty { return TransportAnswer(status: 204) }
    if lacking.isEmpty { return compact(since: since, metadata: nil) }
    return compact(
      since: since, metadata: lacking.map { .init(name: $0, octets: files["metadata/" + $0] ?? []) },
      approvals: query["approvals"] == 1)
  }

  /// Zstandard's level: another process may have another.
  var level: Int32 = 19

  private func compact(
    since: Int, to: Int? = nil, metadata: [CompactUpdate.File]?, approvals wanted: Bool = false
  ) -> TransportAnswer {
    let to = to ?? releases.count - 1
    let delta = Delta(from: releases[since], to: releases[to])
    guard let change = try? CompactChange(delta, from: releases[since].entries, level: level),
      let body = try? CompactUpdate(
        from: ListVersion(UInt64(since)), to: ListVersion(UInt64(to)),
        metadata: metadata.map { try PackedMetadata($0) }, change: change,
        approvals: wanted
          ? approvals.map { try PackedApprovals($0.restricted(to: delta.additions).octets) } : nil)
    else { return TransportAnswer(status: 500) }
    let tag = "\"\(SHA256Digest(hashing: body.octets).hex)\""
    return TransportAnswer(
      status: 200, fields: ["Content-Type": CompactUpdate.mediaType, "ETag": tag], body: body.octets)
  }

  private func honestAnswer(_ request: TransportRequest) -> TransportAnswer {
    if request.path.hasPrefix("repository/") {
      let found = files[String(request.path.dropFirst("repository/".count))]
      return found.map { TransportAnswer(status: 200, body: $0) } ?? TransportAnswer(status: 404)
    }
    if request.path.hasSuffix("/receipts") {
      if let value = try? JSONValue(parsing: request.body ?? []) { receipts.append(value) }
      return TransportAnswer(status: 201)
    }
    if let compact = compactAnswer(request) { return compact }
    guard let sign = request.path.lastIndex(of: "="),
      let since = Int(request.path[request.path.index(after: sign)...])
    else { return TransportAnswer(status: 404) }
    guard since < releases.count else { return TransportAnswer(status: 409) }
    guard since < releases.count - 1 else { return TransportAnswer(status: 204) }
    let delta = Delta(from: releases[since], to: releases[releases.count - 1])
    if request.path.contains("/approvals?") {
      let octets = (approvals ?? .empty).restricted(to: delta.additions).octets
      return TransportAnswer(status: 200, fields: ["Cordon-Version": String(version)], body: octets)
    }
    return TransportAnswer(status: 200, fields: ["Cordon-Version": String(version)], body: delta.text)
  }
}
