// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
private import SignedManifests
private import StrictJSON

/// `cordon keys rotate`: the whole ceremony in one go, where the needed keys are at hand.
let keysRotateCommand = Command(
  ["keys", "rotate"], summary: "Put a next root in force: replace a holder's key, or extend its validity.",
  options: ConnectionSettings.options + [
    .value("sign-with", "FILE.pem", "sign with this holder's private key, on this machine", repeats: true),
    .value(
      "replace", "OLD.pub=NEW", "replace a holder's key (NEW.pub, or NEW.pem to sign with it too)",
      repeats: true),
    .value("add", "NEW", "add a holder's key", repeats: true),
    .value("remove", "OLD.pub", "remove a holder's key", repeats: true),
    .value("threshold", "N", "how many holders must sign from now on"),
    .value("days", "N", "how long the next root is valid (365)"),
    .value("root", "ROOT.json", "a root you trust; the server's must be that one or follow it by rotation"),
    .value("out", "FILE", "only write the next root here, propose nothing"),
    passphraseOption,
  ],
  examples: [
    "cordon keys rotate --sign-with one.pem --sign-with two.pem --replace three.pub=four.pem",
    "cordon keys rotate --sign-with one.pem --sign-with two.pem --days 365",
  ],
  notes: [
    "Shows the difference in plain words. Private keys are only read here; the server gets signatures.",
    "Without enough signatures the next root stays proposed for the other holders to sign.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  return try Rotation(arguments, context).run()
}

/// One run of `cordon keys rotate`.
private struct Rotation {
  let arguments: Arguments
  let context: CommandContext
  let files: KeyFiles
  let client: CeremonyClient

  init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    self.arguments = arguments
    self.context = context
    files = KeyFiles(context)
    client = try CeremonyClient(arguments, context)
  }

  func run() throws(CommandFailure) -> ExitStatus {
    let current = try client.currentRoot()
    try checkTrusted(current)
    let plan = try planned(from: current.signed)
    for line in RootText.difference(from: current.signed, to: plan.root) { context.say(line) }
    var next = try unsigned(plan.root)
    for signer in plan.signers { try add(signer, to: &next) }
    for line in signatureLines(next, following: current) { context.say(line) }
    if let path = arguments.value("out") {
      try files.write(next.encoded, to: path)
      context.say("wrote \(path); nothing was proposed")
      return .success
    }
    _ = try client.propose(next)
    guard (try? next.verified(following: current)) != nil else {
      context.say("proposed; the other holders go on with: cordon keys status --out next-root.json")
      return .success
    }
    let answer = try client.publish()
    context.say("root version \(answer["version"]?.integerValue ?? plan.root.version) is in force")
    return .success
  }

  /// Refuses a server whose root does not descend from the one the holder trusts.
  private func checkTrusted(_ current: TrustedMetadata<Root>) throws(CommandFailure) {
    guard let path = arguments.value("root") else { return }
    let known = try files.root(path)
    let descends: Bool
    do {
      descends = try self.descends(current, from: known.verifiedBySelf())
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      descends = false
    }
    guard descends else {
      throw CommandFailure(
        "the server's root version \(current.signed.version) does not descend from \(path)", status: .refused)
    }
  }

  /// Walks from the known root to the server's, each signed by the one before it.
  private func descends(_ current: TrustedMetadata<Root>, from known: TrustedMetadata<Root>) throws -> Bool {
    var known = known
    while known.signed.version < current.signed.version {
      let next = known.signed.version + 1
      let root = next == current.signed.version ? current.metadata : try client.root(version: next)
      known = try root.verified(following: known)
    }
    return known.metadata.message == current.metadata.message
  }

  private func planned(from current: Root) throws(CommandFailure) -> (root: Root, signers: [KeySigner]) {
    var next = current
    let (version, overflow) = current.version.addingReportingOverflow(1)
    guard !overflow else { throw CommandFailure("this root cannot be followed by another") }
    next.version = version
    let expires = try validity(arguments, context)
    // Rotating a key alone never shortens what was promised.
    next.expires = arguments.has("days") ? expires : max(expires, current.expires)
    var keyids = current[.root].keyids
    var signers: [KeySigner] = []
    for path in arguments.all("sign-with") { signers.append(try signer(path)) }
    for (old, new) in try arguments.pairs("replace") {
      let added = try newHolder(new, &next, &signers)
      keyids[try position(of: old, keyids, current)] = added.keyid
    }
    for path in arguments.all("add") { keyids.append(try newHolder(path, &next, &signers).keyid) }
    for path in arguments.all("remove") { keyids.remove(at: try position(of: path, keyids, current)) }
    let threshold = try arguments.integer("threshold", in: 1...100) ?? Int(current[.root].threshold)
    guard Set(keyids).count == keyids.count, keyids.count >= threshold else {
      throw CommandFailure(
        "a threshold of \(threshold) needs as many different keys; there would be \(Set(keyids).count)")
    }
    next[.root] = RoleKeys(keyids: keyids, threshold: threshold)
    dropUnusedKeys(&next)
    return (next, signers)
  }

  private func signer(_ path: String) throws(CommandFailure) -> KeySigner {
    try files.signer(path, passphraseFile: arguments.value("passphrase-file"))
  }

  /// Takes a new holder's key into the root; with its private half at hand, it signs too.
  private func newHolder(
    _ path: String, _ root: inout Root, _ signers: inout [KeySigner]
  ) throws(CommandFailure) -> ManifestKey {
    let key: ManifestKey
    if try files.isPrivateKey(path) {
      let new = try signer(path)
      signers.append(new)
      key = new.key
    } else {
      key = try files.publicKey(path, passphraseFile: nil)
    }
    root.keys[key.keyid] = key
    return key
  }

  private func position(of path: String, _ keyids: [String], _ root: Root) throws(CommandFailure) -> Int {
    let key = try files.publicKey(path, passphraseFile: arguments.value("passphrase-file"))
    guard let index = keyids.firstIndex(of: key.keyid) else {
      throw CommandFailure("the key in \(path) is no root key now")
    }
    return index
  }

  private func dropUnusedKeys(_ root: inout Root) {
    let used = Set(Root.RoleName.allCases.flatMap { root[$0].keyids })
    root.keys = root.keys.filter { used.contains($0.key) }
  }
}
