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
  let root = Root.initial(
    root: holders, rootThreshold: threshold, online: online,
    expires: try validity(arguments, context))
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

private let keysSignCommand = Command(
  ["keys", "sign"], operands: "ROOT.json", summary: "Add your signature to a root file.",
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
  let path = try arguments.operand("ROOT.json")
  let files = KeyFiles(context)
  var metadata = try files.root(path)
  let signers = try KeySource.signers(arguments, context, files: "key")
  guard !signers.isEmpty else {
    throw CommandFailure(.missing("--key (or --signer)", command: arguments.command))
  }
  if let current = arguments.value("root") {
    for line in RootText.difference(from: try files.root(current).signed, to: metadata.signed) {
      context.say(line)
    }
  }
  for signer in signers { try add(signer, to: &metadata) }
  try files.write(metadata.encoded, to: arguments.value("out") ?? path)
  for line in RootText.lines(metadata) { context.say(line) }
  for signer in signers { context.say("signed by \(signer.key.label)") }
  return .success
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
