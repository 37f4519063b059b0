// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
private import SignedManifests
private import StrictJSON

/// `cordon keys new`: a key pair made here, or the public half of one in a token taken over.
let keysNewCommand = Command(
  ["keys", "new"], summary: "Make a key pair on this machine; the private key never leaves it.",
  options: [
    .value("out", "FILE.pem", "where the private key goes; the public one goes to FILE.pub beside it"),
    .value("name", "NAME", "the holder's name, shown to everybody in the ceremony"),
    .value("algorithm", "NAME", "ed25519 (default) or ecdsa-p256"),
    .flag("passphrase", "ask at the terminal for a passphrase to encrypt the private key with"),
    .value("passphrase-file", "FILE", "file with that passphrase"),
    .value("from-token", "PUBLIC.pem", "the key is in a token: only write its public half to --out FILE.pub"),
  ],
  examples: [
    "cordon keys new --out holder-one.pem --name holder-one --passphrase",
    "cordon keys new --from-token token-public.pem --out holder-two.pub --name holder-two",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  if let pem = arguments.value("from-token") {
    let key = try KeyFiles(context).publicKey(pem: pem, holder: arguments.value("name"))
    let path = try arguments.required("out")
    guard path.hasSuffix(".pub") else {
      throw CommandFailure(.badValue(option: "out", value: path, wanted: "a name that ends in .pub"))
    }
    try KeyFiles(context).write(key.fileJSON.encoded(pretty: true), to: path)
    context.say("key \(key.label): public \(path)")
    return .success
  }
  return try makeKey(arguments, context)
}

private func makeKey(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> ExitStatus {
  let path = try arguments.required("out")
  let files = KeyFiles(context)
  let passphrase = try passphrase(arguments, context)
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
  if passphrase == nil { context.say("the private key is not encrypted; --passphrase would encrypt it") }
  return .success
}

private func passphrase(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> String? {
  guard arguments.has("passphrase") else {
    return try KeyFiles(context).passphrase(in: arguments.value("passphrase-file"))
  }
  guard let first = context.askPassphrase("passphrase: "), let again = context.askPassphrase("once more: ")
  else {
    throw CommandFailure(
      "there is no terminal to ask for a passphrase; --passphrase-file takes it from a file")
  }
  guard first == again, !first.isEmpty else {
    throw CommandFailure("the two differ, or are empty; nothing was made")
  }
  return first
}
