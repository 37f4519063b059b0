// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// `cordon admin entries|audit|agencies|principals|credentials|revoke`: looking at, and changing, the registry.
let registryCommands: [Command] = [
  listing(
    "entries", "v1/entries", "Show entries and their leases.",
    paged: paging + [
      .value("list", "NAME", "only of this list"), .value("name", "NAME", "only what blocks this name"),
      .value("state", "STATE", "only listed, suspended or lapsed ones"),
    ],
    flags: [.flag("reveal", "show a reviewer whole names; the server counts and records it")]
  ) { item in
    let lease = "listed \(item.text("listed_at")), until \(item.text("lease_until"))"
    return "\(item.text("id"))  \(item.text("entry"))  \(item.text("state"))  \(lease)"
  },
  listing("audit", "v1/audit", "Show the audit record.", paged: paging) { item in
    let act =
      "\(item.text("principal"))  \(item.text("action"))  \(item.text("subject"))  \(item.text("rule"))"
    return "\(item.count("sequence"))  \(item.text("at"))  \(act)"
  },
  listing("agencies", "v1/agencies", "Show the agencies.") {
    "\($0.text("id"))  \($0.text("country"))  \($0.text("kind"))  \($0.text("name"))"
  },
  listing("principals", "v1/principals", "Show who may do what.") {
    "\($0.text("id"))  \($0.text("agency"))  \($0.text("country"))  \($0.texts("roles").joined(separator: ","))"
  },
  listing("credentials", "v1/credentials", "Show the credentials in force.") {
    "\($0.text("id"))  \($0.text("principal"))  \($0.text("kind"))  until \($0.text("expires_at"))"
  },
  listing("agency-keys", "v1/agency-keys", "Show the agencies' signing keys.", line: agencyKeyLine),
  listing("panels", "v1/panels", "Show the panels of reviewers.") {
    "\($0.text("id"))  \($0.text("list"))  chair \($0.text("chair"))  \($0.texts("members").joined(separator: ","))"
  },
  adding(
    "panel", "v1/panels", "Add a panel of reviewers, or replace the one of that id.",
    fields: ["id", "name", "list", "chair"], lists: ["members"],
    example:
      "--id caribbean --name Caribbean --list worst-of --chair police-gy --members police-bb,police-tt"),
  adding(
    "agency", "v1/agencies", "Add an agency.", fields: ["id", "name", "country", "kind"],
    example: "--id police-gd --name 'Grenada Police' --country GD --kind police"),
  adding(
    "principal", "v1/principals", "Add a person or machine.", fields: ["id", "name", "agency"],
    lists: ["roles"],
    example: "--id police-gd-one --name 'Desk one' --agency police-gd --roles submitter,reviewer"),
  adding(
    "credential", "v1/credentials", "Give a principal a credential; a new token is shown once.",
    fields: ["principal", "expires_at"], optional: ["expires_at"], file: "certificate",
    example: "--principal police-gd-one --expires-at 2027-06-30T00:00:00Z"),
  revokeCommand,
  setDomainsCommand,
]

private let setDomainsCommand = Command(
  ["admin", "set-domains"], operands: "AGENCY [DOMAIN …]",
  summary: "Replace the domains that an agency or provider calls its own: they are never blocked.",
  options: ConnectionSettings.options,
  examples: ["cordon admin set-domains isp-coral coral-net.example coral.example"]
) { arguments, context throws(CommandFailure) in
  guard let agency = arguments.operands.first else {
    throw CommandFailure("whose domains? cordon admin set-domains AGENCY [DOMAIN …]")
  }
  let domains = arguments.operands.dropFirst().map { JSONValue.string($0) }
  let answer = try ServiceClient(arguments, context).post(
    "v1/agencies/\(percentEncoded(agency))/domains", [], ["domains": .array(Array(domains))])
  context.say(answer.prettyText)
  return .success
}

private let revokeCommand = Command(
  ["admin", "revoke"], operands: "CREDENTIAL-ID", summary: "Revoke a credential, from the next request on.",
  options: ConnectionSettings.options, examples: ["cordon admin revoke crd_41"],
  notes: ["`cordon admin credentials` shows whose is which."]
) { arguments, context throws(CommandFailure) in
  let id = try arguments.operand("CREDENTIAL-ID")
  _ = try ServiceClient(arguments, context).delete("v1/credentials/\(percentEncoded(id))")
  context.say("revoked \(id)")
  return .success
}

private let paging: [OptionSpecification] = [
  .value("limit", "N", "how many at most"), .value("after", "N", "go on after this sequence number"),
]

private func listing(
  _ name: String, _ path: String, _ summary: String, paged: [OptionSpecification] = [],
  flags: [OptionSpecification] = [], line: @escaping @Sendable (JSONValue) -> String
) -> Command {
  Command(
    ["admin", name], summary: summary,
    options: ConnectionSettings.options + paged + flags + [
      .flag("json", "print the server's answer as it is")
    ],
    examples: ["cordon admin \(name)", "cordon admin \(name) --json"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    _ = try arguments.integer("limit", in: 1...1000)
    _ = try arguments.integer("after", in: 0...Int.max)
    let answer = try ServiceClient(arguments, context).get(
      path,
      paged.map { ($0.name, arguments.value($0.name)) }
        + flags.map { ($0.name, arguments.has($0.name) ? "true" : nil) })
    if arguments.has("json") {
      context.say(answer.prettyText)
      return .success
    }
    for item in (answer["items"] ?? answer[name])?.arrayValue ?? [] { context.say(line(item)) }
    if let next = answer["next"]?.integerValue { context.say("more: cordon admin \(name) --after \(next)") }
    return .success
  }
}

private func adding(
  _ name: String, _ path: String, _ summary: String, fields: [String], optional: [String] = [],
  lists: [String] = [], file: String? = nil, example: String
) -> Command {
  let options: [OptionSpecification] = (fields + lists).map { field in
    .value(optionName(field), "TEXT", field + (lists.contains(field) ? ", separated by commas" : ""))
  }
  let fileOption = file.map { [OptionSpecification.value($0, "FILE", "a file holding the \($0)")] } ?? []
  return Command(
    ["admin", "add-" + name], summary: summary, options: ConnectionSettings.options + options + fileOption,
    examples: ["cordon admin add-\(name) \(example)"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    var body = JSONObject()
    for field in fields {
      let value =
        optional.contains(field)
        ? arguments.value(optionName(field)) : try arguments.required(optionName(field))
      body[field] = value.map { .string($0) }
    }
    for field in lists {
      let parts = try arguments.required(optionName(field)).split(separator: ",")
      body[field] = .array(parts.map { .string(String($0)) })
    }
    if let file, let path = arguments.value(file) {
      body[file] = .string(
        String(decoding: try context.contents(of: path, maximumOctets: 1 << 20), as: UTF8.self))
    }
    context.say(try ServiceClient(arguments, context).post(path, [], .object(body)).prettyText)
    return .success
  }
}

private func optionName(_ field: String) -> String {
  String(field.map { $0 == "_" ? "-" : $0 })
}
