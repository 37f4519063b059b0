// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import FoundationEssentials
internal import SignedManifests

/// `cordon keys …`: the root key ceremony, each holder on their own machine.
let keysCommands: [Command] =
  [keysNewCommand, keysGenesisCommand, keysSignCommand] + ceremonyCommands + [
    keysRotateCommand, keysRevokeCommand, keysRehearseCommand,
  ]

private let keysGenesisCommand = Command(
  ["keys", "genesis"], summary: "Make the first root from the holders' public keys.",
  options: [
    .value("online", "FILE", "the service's public keys, DIR/keys/online.json"),
    .value("holder", "FILE.pub", "a root key holder's public key", repeats: true),
    .value("threshold", "N", "how many holders must sign a root (2)"),
    .value("days", "N", "how long the root is valid (365)"),
    .value("out", "FILE", "where the root goes (root.json)"),
    .flag(
      "holders-sign-targets",
      "the holders sign the targets too, not the service: writes first targets besides"),
    .value(
      "targets-holder", "FILE.pub", "who signs the targets, when it is not the root's holders", repeats: true),
    .value("targets-threshold", "N", "how many of them must sign targets (as --threshold)"),
    .value("target", "NAME=FILE", "the content of a first target, such as agencies.json", repeats: true),
    .value("targets-out", "FILE", "where the first targets go (targets.json)"),
  ] + KeySource.signWith,
  examples: [
    "cordon keys genesis --online online.json --holder one.pub --holder two.pub --holder three.pub \\\n"
      + "      --threshold 2 --sign-with one.pem --sign-with two.pem --out root.json"
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let files = KeyFiles(context)
  let online = try files.publicKeys(arguments.required("online"))
  var holders: [ManifestKey] = []
  for path in arguments.all("holder") {
    holders.append(try files.publicKey(path, passphraseFile: arguments.value("passphrase-file")))
  }
  let threshold = try arguments.integer("threshold", in: 1...100) ?? 2
  guard Set(holders.map(\.keyid)).count == holders.count, holders.count >= threshold else {
    throw CommandFailure("a threshold of \(threshold) needs at least as many different --holder keys")
  }
  let signsTargets = try targetsHolders(arguments, context, holders)
  let root = Root.initial(
    root: holders, rootThreshold: threshold, online: online, targets: signsTargets?.keys,
    targetsThreshold: signsTargets?.threshold ?? 1, expires: try validity(arguments, context))
  if signsTargets != nil { try writeFirstTargets(under: root, arguments, context) }
  var metadata = try unsigned(root)
  for signer in try KeySource.signers(arguments, context) { try add(signer, to: &metadata) }
  let path = arguments.value("out") ?? "root.json"
  try files.write(metadata.encoded, to: path)
  for line in RootText.lines(metadata) { context.say(line) }
  let signed = metadata.signers(among: root[.root], keys: root.keys).count
  context.say(
    signed >= threshold
      ? "wrote \(path), complete"
      : "wrote \(path); \(threshold - signed) more to sign: cordon keys sign --key FILE.pem \(path)")
  return .success
}

/// Who signs the targets, when the service does not.
private func targetsHolders(
  _ arguments: Arguments, _ context: CommandContext, _ holders: [ManifestKey]
) throws(CommandFailure) -> (keys: [ManifestKey], threshold: Int)? {
  guard arguments.has("holders-sign-targets") || arguments.has("targets-holder") else {
    for name in ["targets-threshold", "target", "targets-out"] where arguments.has(name) {
      throw CommandFailure("--\(name) goes with --holders-sign-targets")
    }
    return nil
  }
  var keys: [ManifestKey] = []
  for path in arguments.all("targets-holder") {
    keys.append(try KeyFiles(context).publicKey(path, passphraseFile: nil))
  }
  if keys.isEmpty { keys = holders }
  let own = try arguments.integer("targets-threshold", in: 1...100)
  let common = try arguments.integer("threshold", in: 1...100)
  let threshold = own ?? common ?? 2
  guard Set(keys.map(\.keyid)).count == keys.count, keys.count >= threshold else {
    throw CommandFailure("a targets threshold of \(threshold) needs at least as many different holders")
  }
  return (keys, threshold)
}

/// The first targets, which hand releases to the service's key.
private func writeFirstTargets(
  under root: Root, _ arguments: Arguments, _ context: CommandContext
) throws(CommandFailure) {
  var plan = try TargetsPlan(from: nil, under: root, arguments, context)
  try plan.change(by: arguments)
  var file = CeremonyFile(targets: try plan.bundle())
  for signer in try KeySource.signers(arguments, context) where root[.targets].keyids.contains(signer.keyid) {
    try file.sign(with: signer)
  }
  let path = arguments.value("targets-out") ?? "targets.json"
  try KeyFiles(context).write(file.encoded, to: path)
  guard let bundle = file.targets else { return }
  for line in TargetsText.lines(bundle.metadata, files: bundle.files) { context.say(line) }
  let missing =
    root[.targets].threshold - bundle.metadata.signers(among: root[.targets], keys: root.keys).count
  context.say(
    missing <= 0
      ? "wrote \(path), complete"
      : "wrote \(path); \(missing) more to sign: cordon keys sign --key FILE.pem \(path)")
}

private let keysSignCommand = Command(
  ["keys", "sign"], operands: "FILE...",
  summary: "Add your signature to a root, to targets, or to a file of both.",
  options: [
    .value("key", "FILE.pem", "your private key"),
    .value("out", "FILE", "where the result goes (the same file)"),
    .value("root", "ROOT.json", "the root in force, to see what would change before you sign"),
  ] + KeySource.token,
  examples: [
    "cordon keys sign --key holder-two.pem next-root.json",
    "cordon keys sign --signer './sign-with-token' --public holder-two.pub next-root.json",
  ]
) { arguments, context throws(CommandFailure) in
  guard !arguments.operands.isEmpty else {
    throw CommandFailure(.missing("FILE", command: arguments.command))
  }
  guard arguments.operands.count == 1 || !arguments.has("out") else {
    throw CommandFailure("--out takes one file at a time")
  }
  let signers = try KeySource.signers(arguments, context, files: "key")
  guard !signers.isEmpty else {
    throw CommandFailure(.missing("--key (or --signer)", command: arguments.command))
  }
  let known = try arguments.value("root").map { (path) throws(CommandFailure) in
    try KeyFiles(context).root(path)
  }
  for path in arguments.operands {
    let octets = try context.contents(of: path, maximumOctets: 1 << 26)
    var file = try CeremonyFile(octets, from: path)
    for line in try differenceLines(file, known) { context.say(line) }
    for signer in signers { try file.sign(with: signer) }
    try KeyFiles(context).write(file.encoded, to: arguments.value("out") ?? path)
    if let root = file.root { for line in RootText.lines(root) { context.say(line) } }
    for signer in signers { context.say("signed by \(signer.key.label)") }
  }
  return .success
}

/// What a file to be signed would change, from what it says is in force, which must hold under the root a holder knows.
private func differenceLines(
  _ file: CeremonyFile, _ known: UnverifiedMetadata<Root>?
) throws(CommandFailure) -> [String] {
  var lines: [String] = []
  let inForce = known ?? file.rootInForce
  if let known, let claimed = file.rootInForce, known.signed.version >= claimed.signed.version,
    known.message != claimed.message
  {
    throw CommandFailure(
      "the file says that root version \(claimed.signed.version) is in force; the root given is another",
      status: .refused)
  }
  if let root = file.root, let inForce {
    lines += RootText.difference(from: inForce.signed, to: root.signed)
  }
  guard let targets = file.targets else { return lines }
  if let before = file.targetsInForce, let root = file.rootInForce {
    guard (try? root.verifiedBySelf()) != nil,
      before.holds(under: root.signed) || !root.signed.givesTargetsToHolders
    else {
      throw CommandFailure("the targets that the file says are in force are not signed", status: .refused)
    }
  }
  return lines + TargetsText.difference(from: file.targetsInForce, to: targets)
}

/// When a root made now expires, by `--days`.
func validity(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> Date {
  let days = try arguments.integer("days", in: 1...3650) ?? 365
  let seconds = context.now().timeIntervalSince1970.rounded(.down)
  return Date(timeIntervalSince1970: seconds + TimeInterval(days) * 86_400)
}

/// A root without signatures yet.
func unsigned(_ root: Root) throws(CommandFailure) -> UnverifiedMetadata<Root> {
  do {
    return try UnverifiedMetadata(root)
  } catch {
    throw CommandFailure("this root cannot be signed: \(error)")
  }
}

/// Adds one signature.
func add(_ signer: any MetadataSigner, to metadata: inout UnverifiedMetadata<Root>) throws(CommandFailure) {
  do {
    try metadata.sign(with: signer)
  } catch {
    throw CommandFailure("signing failed: \(error.detail)")
  }
}
