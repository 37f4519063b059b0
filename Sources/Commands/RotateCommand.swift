// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
private import SignedManifests
private import StrictJSON

/// `cordon keys rotate`: the whole ceremony in one go, where the needed keys are at hand.
/// `cordon keys rotate`: the whole ceremony in one go, where the needed keys are at hand.
let keysRotateCommand = Command(
  ["keys", "rotate"], summary: "Put a next root in force: replace a holder's key, or extend its validity.",
  options: ConnectionSettings.options + KeySource.signWith + RootPlan.options + Ceremony.options,
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
  return try Ceremony(arguments, context).run { (plan) throws(CommandFailure) in
    try plan.change(by: arguments)
  }
}

/// `cordon keys revoke`: a key lost or stolen, taken out of every role it has.
let keysRevokeCommand = Command(
  ["keys", "revoke"], operands: "KEY",
  summary: "Take a lost or stolen key out of every role it has, with another in its place or none.",
  options: ConnectionSettings.options + KeySource.signWith + [
    .value("with", "NEW.pub", "the key that takes its place"),
    .value("threshold", "N", "how many holders must sign from now on"),
    .value("days", "N", "how long the next root is valid (365)"),
  ] + Ceremony.options,
  examples: [
    "cordon keys revoke holder-one --with holder-four.pub --sign-with two.pem --sign-with three.pem",
    "cordon keys revoke online.pub --with online-2.pub --sign-with two.pem --sign-with three.pem",
    "cordon keys revoke 3f2a91c0 --sign-with two.pem --sign-with three.pem",
  ],
  notes: [
    "KEY is a .pub file, the holder's name, or the start of the key's id: cordon keys show lists them.",
    "As many holders as the present threshold must still sign, without the key that is revoked.",
  ]
) { arguments, context throws(CommandFailure) in
  let key = try arguments.operand("KEY")
  return try Ceremony(arguments, context).run { (plan) throws(CommandFailure) in
    try plan.revoke(
      key, replacement: arguments.value("with"), threshold: arguments.integer("threshold", in: 1...100))
  }
}

/// One way through the ceremony: plan, say what changes, sign with what is at hand, propose, publish if that is enough.
struct Ceremony {
  static let options: [OptionSpecification] = [
    .value("root", "ROOT.json", "a root you trust; the server's must be that one or follow it by rotation"),
    .value("out", "FILE", "only write the next root here, propose nothing"),
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

  /// - Parameter publishes: whether a root with enough signatures is put in force at once.
  func run(
    publishes: Bool = true, _ change: (inout RootPlan) throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> ExitStatus {
    let current = try client.currentRoot()
    try checkTrusted(current)
    var plan = try RootPlan(from: current.signed, arguments, context)
    try change(&plan)
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
    guard publishes, (try? next.verified(following: current)) != nil else {
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
}
