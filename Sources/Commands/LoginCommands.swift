// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Cryptography
internal import FoundationEssentials
internal import ListFollowing
internal import StrictJSON

/// `cordon login`: who one is to the server, and a new credential before the old one ends.
let loginCommands: [Command] = [
  Command(
    ["login", "renew"], summary: "Get a new token, or a certificate for a new key, before yours ends.",
    options: ConnectionSettings.options + [
      .value(
        "overlap-hours", "N", "how long the old one goes on (as the service says, 168 at most by default)"),
      .value(
        "request-out", "FILE", "where the certificate request goes when the service issues no certificates"),
      .flag("keep-going", "do nothing while more than a third of its life is left: for a timer"),
    ],
    examples: [
      "cordon login renew --token-file me.token",
      "cordon login renew --cert me.pem --key me.key --keep-going",
    ],
    notes: [
      "The new one replaces the file when it was tried and works; what was there goes to FILE.old.",
      "A new private key is made here and never leaves this machine; the service gets a certificate request.",
      "Exit status: 0 renewed, or nothing to do yet; 1 when the old one is still the one in place.",
    ]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    return try Renewal(arguments, context).run()
  },
  Command(
    ["login", "status"], summary: "Say who you are to the server, and when your credential ends.",
    options: ConnectionSettings.options + [.flag("json", "print the server's answer as it is")],
    examples: ["cordon login status"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let answer = try ServiceClient(arguments, context).get("v1/credentials/own")
    if arguments.has("json") {
      context.say(answer.prettyText)
      return .success
    }
    context.say(
      "\(answer.text("principal")) (\(answer.text("name"))), \(answer.text("agency")), \(answer.text("country"))"
    )
    context.say("roles: \(answer.texts("roles").joined(separator: ", "))")
    for item in answer["items"]?.arrayValue ?? [] {
      let mark = item.text("id") == answer.text("current") ? "  <- this one" : ""
      context.say("\(item.text("id"))  \(item.text("kind"))  \(Renewal.end(of: item, context.now()))\(mark)")
    }
    return .success
  },
]

/// One renewal: ask with the old credential, try the new one, then put it in place.
struct Renewal {
  private let arguments: Arguments
  private let context: CommandContext
  private let settings: ConnectionSettings

  init(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    self.arguments = arguments
    self.context = context
    settings = try ConnectionSettings(arguments, environment: context.environment)
  }

  func run() throws(CommandFailure) -> ExitStatus {
    let client = try ServiceClient(settings, context)
    let own = try client.get("v1/credentials/own")
    if arguments.has("keep-going"), let item = current(own), !isDue(item) {
      context.say("nothing to do yet: \(Self.end(of: item, context.now()))")
      return .success
    }
    if let file = settings.tokenFile { return try renewToken(file, client) }
    guard let certificate = settings.certificateFile, let key = settings.keyFile else {
      throw CommandFailure("there is no credential to renew: give --token-file, or --cert and --key")
    }
    return try renewCertificate(certificate, key, client, name: own.text("principal"))
  }

  private func renewToken(_ file: String, _ client: ServiceClient) throws(CommandFailure) -> ExitStatus {
    let answer = try client.post("v1/credentials/own", [], .object(body([:])))
    guard let token = answer["token"]?.stringValue else { throw CommandFailure("the server gave no token") }
    let new = file + ".new"
    try write(token + "\n", to: new)
    var next = settings
    next.tokenFile = new
    try confirm(next)
    try put(new, in: file)
    context.say("new token in \(file), \(Self.end(of: answer, context.now()))")
    return said(answer)
  }

  private func renewCertificate(
    _ certificate: String, _ keyFile: String, _ client: ServiceClient, name: String
  ) throws(CommandFailure) -> ExitStatus {
    let key: PrivateKey
    let request: String
    let pem: String
    do throws(KeyError) {
      key = try PrivateKey.generate(.ecdsaP256)
      request = try CertificateRequest.pem(for: key, name: name)
      pem = try key.pem()
    } catch { throw CommandFailure("a key could not be made: \(error)") }
    let newKey = keyFile + ".new"
    // The key is on disk before the server knows it: whatever is interrupted, nothing is lost.
    try write(pem, to: newKey)
    let answer = try client.post("v1/credentials/own", [], .object(body(["request": .string(request)])))
    guard let issued = answer["certificate"]?.stringValue else {
      let path = arguments.value("request-out") ?? certificate + ".csr"
      try KeyFiles(context).write(Array(request.utf8), to: path)
      context.say(
        "the service knows the key \(newKey) now, and issues no certificates: have \(path) signed by")
      context.say(
        "your authority, then use that certificate with \(newKey). \(Self.end(of: answer, context.now()))")
      return said(answer)
    }
    let newCertificate = certificate + ".new"
    try write(issued, to: newCertificate)
    var next = settings
    next.certificateFile = newCertificate
    next.keyFile = newKey
    try confirm(next)
    try put(newKey, in: keyFile)
    try put(newCertificate, in: certificate, isSecret: false)
    context.say(
      "new certificate in \(certificate), new key in \(keyFile), \(Self.end(of: answer, context.now()))")
    return said(answer)
  }

  private func body(_ members: JSONObject) throws(CommandFailure) -> JSONObject {
    var body = members
    if let hours = try arguments.integer("overlap-hours", in: 0...8_760) {
      body["overlap_hours"] = .integer(Int64(hours))
    }
    return body
  }

  private func said(_ answer: JSONValue) -> ExitStatus {
    if let old = answer["previous"] {
      context.say("the old one, \(old.text("id")): \(Self.end(of: old, context.now()))")
    }
    return .success
  }

  /// Asks the server with the new credential; the old stays in place unless it answers.
  private func confirm(_ next: ConnectionSettings) throws(CommandFailure) {
    do { _ = try ServiceClient(next, context).get("v1/credentials/own") } catch {
      throw CommandFailure(
        "the new credential was made but does not work yet; the old one is still in place: "
          + error.lines.joined(separator: " "))
    }
  }

  private func write(_ text: String, to path: String) throws(CommandFailure) {
    do throws(FileFault) {
      try context.files.replaceSecret(path, with: Array(text.utf8))
    } catch { throw CommandFailure(error.description) }
  }

  private func put(_ new: String, in file: String, isSecret: Bool = true) throws(CommandFailure) {
    let old = try context.contents(of: file, maximumOctets: 1 << 20)
    let octets = try context.contents(of: new, maximumOctets: 1 << 20)
    do throws(FileFault) {
      try context.files.replaceSecret(file + ".old", with: old)
      if isSecret {
        try context.files.replaceSecret(file, with: octets)
      } else {
        try context.files.replace(file, with: octets, permissions: 0o600)
      }
      try context.files.remove(new)
    } catch { throw CommandFailure(error.description) }
  }

  private func current(_ own: JSONValue) -> JSONValue? {
    (own["items"]?.arrayValue ?? []).first { $0.text("id") == own.text("current") }
  }

  private func isDue(_ item: JSONValue) -> Bool {
    guard let end = RFC3339.parse(item.text("expires_at")), let start = RFC3339.parse(item.text("created_at"))
    else { return false }
    return end.timeIntervalSince(context.now()) < end.timeIntervalSince(start) / 3
  }

  /// When a credential ends, in words.
  static func end(of item: JSONValue, _ now: Date) -> String {
    guard let text = item["expires_at"]?.stringValue, let end = RFC3339.parse(text) else {
      return "does not end by itself"
    }
    let hours = Int((end.timeIntervalSince(now) / 3_600).rounded(.down))
    return "until \(text) (\(hours >= 48 ? "\(hours / 24) days" : "\(hours) hours"))"
  }
}
