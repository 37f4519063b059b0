// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
internal import SignedManifests
private import StrictJSON

/// One way through the ceremony: plan, say what changes, sign with what is at hand, propose, publish if that is enough.
struct Ceremony {
  static let options: [OptionSpecification] = [
    .value("root", "ROOT.json", "a root you trust; the server's must be that one or follow it by rotation"),
    .value("out", "FILE", "only write what is to be signed here, propose nothing"),
  ]

  private let arguments: Arguments
  private let context: CommandContext
  private let files: KeyFiles
  private let client: CeremonyClient

  init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    self.arguments = arguments
    self.context = context
    files = KeyFiles(context)
    client = try CeremonyClient(arguments, context)
  }

  /// - Parameters:
  ///   - changesRoot: whether a next root is made; else targets alone.
  ///   - publishes: whether what has enough signatures is put in force at once.
  ///   - revoked: a key to take out of every role it has.
  func run(changesRoot: Bool, publishes: Bool, revoking revoked: String? = nil) throws(CommandFailure)
    -> ExitStatus
  {
    let current = try client.currentRoot()
    try checkTrusted(current)
    let plan = changesRoot ? try rootPlan(current, revoked) : nil
    let next = plan?.root ?? current.signed
    if !next.givesTargetsToHolders, !current.signed.givesTargetsToHolders, asksForTargets {
      return try signedByService(current)
    }
    var file = CeremonyFile()
    file.rootInForce = current.metadata
    if let plan, plan.changes || !asksForTargets && revoked == nil {
      file.root = try unsigned(plan.root)
      for line in RootText.difference(from: current.signed, to: plan.root) { context.say(line) }
    }
    if next.givesTargetsToHolders { try planTargets(current.signed, next, plan, revoked, &file) }
    guard file.root != nil || file.targets != nil else {
      throw CommandFailure(
        "\(revoked ?? "that") is no key of the root or of the releases, or nothing would change")
    }
    var signers = plan?.signers ?? []
    if plan == nil { signers = try KeySource.signers(arguments, context) }
    for signer in signers {
      if var root = file.root {
        try add(signer, to: &root)
        file.root = root
      }
      if file.targets != nil,
        [current.signed, next].contains(where: { $0[.targets].keyids.contains(signer.keyid) })
      {
        do { try file.targets?.metadata.sign(with: signer) } catch {
          throw CommandFailure("signing failed: \(error.detail)")
        }
      }
    }
    for line in signatureLines(file, following: current) { context.say(line) }
    return try conclude(file, current, next, publishes: publishes)
  }

  // MARK: Planning

  private var asksForTargets: Bool {
    TargetsPlan.options.contains { arguments.has($0.name) }
  }

  private func rootPlan(_ current: TrustedMetadata<Root>, _ revoked: String?) throws(CommandFailure)
    -> RootPlan
  {
    var plan = try RootPlan(from: current.signed, arguments, context)
    guard let revoked else {
      try plan.change(by: arguments)
      return plan
    }
    try plan.revoke(
      revoked, replacement: arguments.value("with"), threshold: arguments.integer("threshold", in: 1...100))
    return plan
  }

  /// The next targets, when something asks for them: an option, a revoked key, or a root under which those in force would
  /// not hold.
  private func planTargets(
    _ current: Root, _ next: Root, _ plan: RootPlan?, _ revoked: String?, _ file: inout CeremonyFile
  ) throws(CommandFailure) {
    let inForce = try client.targetsInForce()
    var targets = try TargetsPlan(from: inForce, under: next, arguments, context)
    try targets.change(by: arguments)
    var isNeeded = asksForTargets || !inForce.holds(under: next)
    if let revoked, let keyid = try plan?.identify(revoked, among: inForce.metadata.signed.delegations?.keys)
    {
      let new = try arguments.value("with").map { (path) throws(CommandFailure) in
        try files.publicKey(path, passphraseFile: arguments.value("passphrase-file"))
      }
      if try targets.replace(keyid, with: new) { isNeeded = true }
    }
    guard isNeeded else { return }
    let bundle = try targets.bundle()
    file.targets = bundle
    file.targetsInForce = inForce
    for line in TargetsText.difference(from: inForce, to: bundle) { context.say(line) }
  }

  // MARK: The end

  private func conclude(
    _ file: CeremonyFile, _ current: TrustedMetadata<Root>, _ next: Root, publishes: Bool
  ) throws(CommandFailure) -> ExitStatus {
    if let path = arguments.value("out") {
      try files.write(file.encoded, to: path)
      context.say("wrote \(path); nothing was proposed")
      return .success
    }
    if let root = file.root { _ = try client.propose(root) }
    if let targets = file.targets { try client.propose(targets) }
    let rootIsComplete = file.root.map { (try? $0.verified(following: current)) != nil } ?? true
    let targetsAreComplete =
      file.targets.map { (try? $0.metadata.verified(by: next[.targets], keys: next.keys)) != nil } ?? true
    guard publishes, rootIsComplete, targetsAreComplete else {
      context.say("proposed; the other holders go on with: cordon keys status --out next-root.json")
      return .success
    }
    try Self.publish(client, context, root: file.root != nil, targets: file.targets?.metadata.signed.version)
    return .success
  }

  /// Puts what is proposed in force, the root first: it takes targets along that are complete under it.
  static func publish(
    _ client: CeremonyClient, _ context: CommandContext, root: Bool, targets: Int64?
  ) throws(CommandFailure) {
    if root {
      let answer = try client.publish()
      context.say("root version \(answer.count("version")) is in force")
    }
    guard let targets else { return }
    if root, try client.targetsProposal() == nil {
      context.say("targets version \(targets) is in force")
    } else {
      context.say("targets version \(try client.publishTargets()) is in force")
    }
  }

  /// Where the service signs the targets there is nothing to gather: it takes the files and signs them.
  private func signedByService(_ current: TrustedMetadata<Root>) throws(CommandFailure) -> ExitStatus {
    for name in ["drop-target", "releases-key", "releases-threshold", "out"] where arguments.has(name) {
      throw CommandFailure("--\(name) is of use only where holders sign the targets; here the service does")
    }
    let inForce = try client.targetsInForce()
    var plan = try TargetsPlan(from: inForce, under: current.signed, arguments, context)
    try plan.change(by: arguments)
    let bundle = try plan.bundle()
    let changed = bundle.files.filter { inForce.files[$0.key] != $0.value }
    guard !changed.isEmpty else { throw CommandFailure("nothing would change") }
    for line in TargetsText.difference(from: inForce, to: bundle)
    where line.hasPrefix("    ") || line.contains(":") {
      context.say(line)
    }
    context.say("targets version \(try client.put(changed)) is in force, signed by the service")
    return .success
  }

  // MARK: Trust

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
      // It is below another version: there is a next one.
      let next = known.signed.version &+ 1
      let root = next == current.signed.version ? current.metadata : try client.root(version: next)
      known = try root.verified(following: known)
    }
    return known.metadata.message == current.metadata.message
  }
}

/// How many signatures of the old and of the new holders next roots and targets bear, and need.
func signatureLines(_ file: CeremonyFile, following current: TrustedMetadata<Root>) -> [String] {
  var lines = file.root.map { signatureLines($0, following: current) } ?? []
  guard let targets = file.targets else { return lines }
  if let root = file.root?.signed {
    lines.append(TargetsText.signatures(targets, under: root, "future"))
  } else {
    lines.append(TargetsText.signatures(targets, under: current.signed, "present"))
  }
  return lines
}
