// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// `cordon admin entries|audit|agencies|principals|credentials`: looking at, and adding to, the registry.
let registryCommands: [Command] = [
  listing(
    "entries", "v1/entries", "Show entries and their leases.",
    extra: [.value("name", "NAME", "only this name")]
  ) {
    "\($0.text("id"))  \($0.text("entry"))  \($0.text("state"))  listed \($0.text("listed_at"))  until \($0.text("lease_until"))"
  },
  listing("audit", "v1/audit", "Show the audit record.") {
    "\($0.count("sequence"))  \($0.text("at"))  \($0.text("principal"))  \($0.text("action"))  \($0.text("subject"))"
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
  adding(
    "agency", "v1/agencies", "Add an agency.", fields: ["id", "name", "country", "kind"],
    example: "--id police-gd --name 'Grenada Police' --country GD --kind police"),
  adding(
    "principal", "v1/principals", "Add a person or machine.", fields: ["id", "name", "agency"],
    lists: ["roles"],
    example: "--id police-gd-one --name 'Desk one' --agency police-gd --roles submitter,reviewer"),
  adding(
    "credential", "v1/credentials", "Give a principal a credential; a new token is shown once.",
    fields: ["principal", "expires_at", "spki_sha256"], optional: ["expires_at", "spki_sha256"],
    example: "--principal police-gd-one --expires-at 2027-06-30T00:00:00Z"),
]

private func listing(
  _ name: String, _ path: String, _ summary: String, extra: [OptionSpecification] = [],
  line: @escaping @Sendable (JSONValue) -> String
) -> Command {
  Command(
    ["admin", name], summary: summary,
    options: ConnectionSettings.options + extra + [
      .value("list", "NAME", "list, where it matters (worst-of)"),
      .value("limit", "N", "how many at most (100)"),
      .value("after", "N", "go on after this sequence number"),
      .flag("json", "print the server's answer as it is"),
    ],
    examples: ["cordon admin \(name)", "cordon admin \(name) --limit 500 --json"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let limit = try arguments.integer("limit", in: 1...1000) ?? 100
    let after = try arguments.integer("after", in: 0...Int.max)
    let answer = try ServiceClient(arguments, context).get(
      path,
      [
        ("list", name == "entries" ? arguments.value("list") ?? "worst-of" : nil), ("limit", String(limit)),
        ("after", after.map { String($0) }), ("name", extra.isEmpty ? nil : arguments.value("name")),
      ])
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
  lists: [String] = [], example: String
) -> Command {
  let options: [OptionSpecification] = (fields + lists).map { field in
    .value(optionName(field), "TEXT", field + (lists.contains(field) ? ", separated by commas" : ""))
  }
  return Command(
    ["admin", "add-" + name], summary: summary, options: ConnectionSettings.options + options,
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
    context.say(try ServiceClient(arguments, context).post(path, [], .object(body)).prettyText)
    return .success
  }
}

private func optionName(_ field: String) -> String {
  String(field.map { $0 == "_" ? "-" : $0 })
}
