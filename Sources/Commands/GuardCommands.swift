// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

internal import StrictJSON

/// `cordon admin guards|guard|unguard|import-guards`: names that are never listed, or only as one host with a third country.
let guardCommands: [Command] = [guardsCommand, guardCommand, unguardCommand, importGuardsCommand]

private let guardsCommand = Command(
  ["admin", "guards"],
  summary: "Show the names guarded through the API; files and configuration add to them.",
  options: ConnectionSettings.options + [.flag("json", "print the server's answer as it is")],
  examples: ["cordon admin guards"]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let answer = try ServiceClient(arguments, context).get("v1/guard")
  if arguments.has("json") {
    context.say(answer.prettyText)
    return .success
  }
  for item in answer["items"]?.arrayValue ?? [] {
    context.say("\(item.text("name"))  \(item.text("level"))  \(item.text("reason"))")
  }
  return .success
}

private let guardCommand = Command(
  ["admin", "guard"], operands: "NAME…", summary: "Guard names, all below them, and what would cover them.",
  options: ConnectionSettings.options + [
    .value("level", "LEVEL", "never, or narrow: only as one host with a third country (never)"),
    .value("reason", "TEXT", "why; kept in the audit record"),
    .flag("json", "print the server's answer as it is"),
  ],
  examples: ["cordon admin guard registry.example --reason 'the civil registry'"],
  notes: [
    "A guard takes nothing off the list by itself: what stays listed is told, and how to suspend it.",
    "What is approved and in no release yet is left out of the next one, and suspended with it.",
  ]
) { arguments, context throws(CommandFailure) in
  guard !arguments.operands.isEmpty else {
    throw CommandFailure("NAME is missing; see cordon admin guard --help")
  }
  let reason = try arguments.required("reason")
  let level = arguments.value("level") ?? "never"
  let items: [JSONValue] = arguments.operands.map {
    ["name": .string($0), "level": .string(level), "reason": .string(reason)]
  }
  let answer = try ServiceClient(arguments, context).post("v1/guard", [], ["items": .array(items)])
  if arguments.has("json") {
    context.say(answer.prettyText)
    return .success
  }
  context.say("guarded \(answer.count("guarded")) name(s), \(level)")
  sayStillListed(answer, context)
  return .success
}

/// Says what is still listed although it is guarded now, and what will not be listed because of it.
func sayStillListed(_ answer: JSONValue, _ context: CommandContext) {
  let still = answer["still_listed"] ?? [:]
  if still.count("count") > 0 {
    context.say("still listed: \(still.count("count")); to take off:")
    for entry in still["entries"]?.arrayValue ?? [] {
      context.say("  cordon admin suspend \(entry.text("entry_id")) --reason …")
    }
  }
  let withheld = answer["withheld"] ?? [:]
  if withheld.count("count") > 0 {
    let ids = (withheld["entries"]?.arrayValue ?? []).map { $0.text("entry_id") }
    let more = withheld.count("count") > ids.count ? ", …" : ""
    context.say(
      "approved, and left out of the next release: \(withheld.count("count")) (\(ids.joined(separator: ", "))\(more))"
    )
  }
}

private let unguardCommand = Command(
  ["admin", "unguard"], operands: "NAME", summary: "Guard a name no more.",
  options: ConnectionSettings.options, examples: ["cordon admin unguard registry.example"]
) { arguments, context throws(CommandFailure) in
  let name = try arguments.operand("NAME")
  _ = try ServiceClient(arguments, context).delete("v1/guard/\(percentEncoded(name))")
  context.say("\(name) is guarded no more through the API")
  return .success
}
