// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
private import SignedManifests
internal import StrictJSON

/// `cordon admin …`: the agencies' signing keys and the register made of them.
let agencyKeyCommands: [Command] = [addKeyCommand, endKeyCommand, registerCommand, publishRegisterCommand]

private let addKeyCommand = Command(
  ["admin", "add-agency-key"], summary: "Put an agency's signing key on record; several may count at once.",
  options: ConnectionSettings.options + [
    .value("agency", "ID", "whose key"),
    .value("public", "FILE.pub", "the public key: of `cordon keys new`, or PEM as OpenSSL writes it"),
    .value("valid-from", "TIME", "from when it counts (now)"),
    .value("valid-until", "TIME", "from when it no longer counts (no end)"),
  ],
  examples: ["cordon admin add-agency-key --agency police-tt --public tt.pub"],
  notes: ["It counts for followers once agencies.json is signed anew."]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let path = try arguments.required("public")
  let files = KeyFiles(context)
  let octets = try context.contents(of: path, maximumOctets: 1 << 16)
  let isPEM = String(decoding: octets, as: UTF8.self).contains("BEGIN PUBLIC KEY")
  let key =
    isPEM
    ? try files.publicKey(pem: path, holder: nil) : try files.publicKey(path, passphraseFile: nil)
  guard let raw = key.publicKey?.ed25519Octets else {
    throw CommandFailure("\(path): approvals are signed with Ed25519 keys; this is another kind")
  }
  var body: JSONObject = [
    "agency": .string(try arguments.required("agency")), "public_key": .string(Hex.encode(raw)),
  ]
  body["valid_from"] = arguments.value("valid-from").map { .string($0) }
  body["valid_until"] = arguments.value("valid-until").map { .string($0) }
  let added = try ServiceClient(arguments, context).post("v1/agency-keys", [], .object(body))
  context.say(agencyKeyLine(added))
  return .success
}

private let endKeyCommand = Command(
  ["admin", "end-agency-key"], operands: "KEYID",
  summary: "End an agency's key: what it signed before the time stays, what after falls.",
  options: ConnectionSettings.options + [
    .value("from", "TIME", "from when it no longer counts (now); its first day if it was stolen"),
    .value("reason", "TEXT", "why; kept in the audit record"),
  ],
  examples: ["cordon admin end-agency-key 3f2a91… --from 2026-12-01T00:00:00Z --reason 'rotated'"]
) { arguments, context throws(CommandFailure) in
  let keyid = try arguments.operand("KEYID")
  var body: JSONObject = ["reason": .string(try arguments.required("reason"))]
  body["from"] = arguments.value("from").map { .string($0) }
  let ended = try ServiceClient(arguments, context).post(
    "v1/agency-keys/\(percentEncoded(keyid))/end", [], .object(body))
  context.say(agencyKeyLine(ended))
  return .success
}

private let registerCommand = Command(
  ["admin", "agency-register"],
  summary: "Print what agencies.json shall say by what is on record: the octets to be signed.",
  options: ConnectionSettings.options, examples: ["cordon admin agency-register >agencies.json"]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let register = try ServiceClient(arguments, context).get("v1/agency-register")
  do throws(CanonicalJSONError) {
    context.write(String(decoding: try register.canonicalEncoded(), as: UTF8.self))
  } catch { throw CommandFailure("the server's register is not in form") }
  return .success
}

private let publishRegisterCommand = Command(
  ["admin", "publish-agencies"],
  summary:
    "Have agencies.json signed with the server's own keys, where the targets keys are not kept offline.",
  options: ConnectionSettings.options, examples: ["cordon admin publish-agencies"],
  notes: ["With targets keys on the server this guards against mirrors, not against a stolen server."]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let answer = try ServiceClient(arguments, context).post(
    "v1/agency-register/publication", [], body: [], mediaType: "application/json")
  context.say("agencies.json version \(answer.count("version")) is in force, sha256 \(answer.text("sha256"))")
  return .success
}

/// One line about a key.
func agencyKeyLine(_ key: JSONValue) -> String {
  let end = key.text("valid_until")
  return "\(key.text("keyid"))  \(key.text("agency"))  from \(key.text("valid_from"))"
    + (end.isEmpty ? "" : " until \(end)")
}
