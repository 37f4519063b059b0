// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
internal import FoundationEssentials
internal import SignedManifests
private import StrictJSON

/// `cordon keys …`: the root key ceremony, each holder on their own machine.
let keysCommands: [Command] =
  [keysNewCommand, keysGenesisCommand, keysSignCommand] + ceremonyCommands + [keysRotateCommand]

let passphraseOption = OptionSpecification.value(
  "passphrase-file", "FILE", "file with the passphrase of the private keys")

private let keysNewCommand = Command(
  ["keys", "new"], summary: "Make a key pair on this machine; the private key never leaves it.",
  options: [
    .value("out", "FILE.pem", "where the private key goes; the public one goes to FILE.pub beside it"),
    .value("name", "NAME", "the holder's name, shown to everybody in the ceremony"),
    .value("algorithm", "NAME", "ed25519 (default) or ecdsa-p256"),
    passphraseOption,
  ],
  examples: ["cordon keys new --out holder-one.pem --name holder-one --passphrase-file passphrase.txt"]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let path = try arguments.required("out")
  let files = KeyFiles(context)
  let passphrase = try files.passphrase(in: arguments.value("passphrase-file"))
  let algorithm = arguments.value("algorithm") ?? "ed25519"
  guard ["ed25519", "ecdsa-p256"].contains(algorithm) else {
    throw CommandFailure(.badValue(option: "algorithm", value: algorithm, wanted: "ed25519 or ecdsa-p256"))
  }
  let pem: String
  let key: ManifestKey
  do {
    let made = try PrivateKey.generate(algorithm == "ed25519" ? .ed25519 : .ecdsaP256)
    pem = try made.pem(passphrase: passphrase)
    key = ManifestKey(made.publicKey, holder: arguments.value("name"))
  } catch {
    throw CommandFailure("cannot make a key: \(error)")
  }
  try files.writeSecret(pem, to: path)
  let publicPath = KeyFiles.publicPath(for: path)
  try files.write(key.fileJSON.encoded(pretty: true), to: publicPath)
  context.say("key \(key.label): private \(path), public \(publicPath)")
  if passphrase == nil { context.say("the private key is not encrypted; --passphrase-file would encrypt it") }
  return .success
}

private let keysGenesisCommand = Command(
  ["keys", "genesis"], summary: "Make the first root from the holders' public keys.",
  options: [
    .value("online", "FILE", "the service's public keys, DIR/keys/online.json"),
    .value("holder", "FILE.pub", "a root key holder's public key", repeats: true),
    .value("threshold", "N", "how many holders must sign a root (2)"),
    .value("days", "N", "how long the root is valid (365)"),
    .value("sign-with", "FILE.pem", "sign it at once with this private key", repeats: true),
    .value("out", "FILE", "where the root goes (root.json)"),
    passphraseOption,
  ],
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
  try sign(&metadata, arguments, files)
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
    passphraseOption,
  ],
  examples: ["cordon keys sign --key holder-two.pem next-root.json"]
) { arguments, context throws(CommandFailure) in
  let path = try arguments.operand("ROOT.json")
  let files = KeyFiles(context)
  var metadata = try files.root(path)
  let signer = try files.signer(arguments.required("key"), passphraseFile: arguments.value("passphrase-file"))
  try add(signer, to: &metadata)
  try files.write(metadata.encoded, to: arguments.value("out") ?? path)
  for line in RootText.lines(metadata) { context.say(line) }
  context.say("signed by \(signer.key.label)")
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

/// Signs with every `--sign-with` key.
func sign(
  _ metadata: inout UnverifiedMetadata<Root>, _ arguments: Arguments, _ files: KeyFiles
) throws(CommandFailure) {
  for path in arguments.all("sign-with") {
    try add(files.signer(path, passphraseFile: arguments.value("passphrase-file")), to: &metadata)
  }
}

/// Adds one signature.
func add(_ signer: KeySigner, to metadata: inout UnverifiedMetadata<Root>) throws(CommandFailure) {
  do {
    try metadata.sign(with: signer)
  } catch {
    throw CommandFailure("signing failed: \(error.detail)")
  }
}
