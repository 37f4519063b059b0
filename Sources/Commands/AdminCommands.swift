// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import StrictJSON

/// `cordon admin …`: releases, and who may do what.
let adminCommands: [Command] = releaseCommands + registryCommands + guardCommands + agencyKeyCommands

private let releaseCommands: [Command] = [
  Command(
    ["admin", "publish"], summary: "Publish a release of everything reviewed so far.",
    options: ConnectionSettings.options + [
      .value("list", "NAME", "list (worst-of)"),
      .flag("preview", "only say what the release would change"),
      .flag("json", "print the server's answer as it is"),
    ],
    examples: ["cordon admin publish --preview", "cordon admin publish"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let preview = arguments.has("preview")
    let answer = try ServiceClient(arguments, context).post(
      "v1/lists/\(arguments.listPath)/releases", [("preview", preview ? "true" : nil)], [:])
    report(answer, preview ? "a release would be" : "published", arguments, context)
    return .success
  },
  Command(
    ["admin", "revert"], operands: "VERSION", summary: "Undo one release by publishing a new one.",
    options: ConnectionSettings.options + [
      .value("list", "NAME", "list (worst-of)"), .value("reason", "TEXT", "why; kept in the audit record"),
      .flag("json", "print the server's answer as it is"),
    ],
    examples: ["cordon admin revert 12 --reason 'wrong batch'"]
  ) { arguments, context throws(CommandFailure) in
    let version = try arguments.operand("VERSION")
    guard let number = UInt64(version), number > 0 else {
      throw CommandFailure("\(version) is no release number")
    }
    let reason = try arguments.required("reason")
    let answer = try ServiceClient(arguments, context).post(
      "v1/lists/\(arguments.listPath)/releases/\(number)/revert", [], ["reason": .string(reason)])
    report(answer["release"] ?? answer, "reverted \(number), published", arguments, context)
    return .success
  },
  Command(
    ["admin", "suspend"], operands: "NAME|ENTRY-ID", summary: "Take a name off the list at once.",
    options: ConnectionSettings.options + [
      .value("list", "NAME", "list (worst-of)"), .value("reason", "TEXT", "why; kept in the audit record"),
      .flag("json", "print the server's answer as it is"),
    ],
    examples: ["cordon admin suspend ent_example --reason 'appeal upheld'"],
    notes: [
      "A name is looked up exactly; a leading dot is ignored. One person suffices, and it publishes at once."
    ],
    body: suspend),
  Command(
    ["admin", "holds"], summary: "The holds that subscribers took on a list, newest first.",
    options: ConnectionSettings.options + [
      .value("list", "NAME", "list (worst-of)"), .flag("json", "print the server's answer as it is"),
    ],
    examples: ["cordon admin holds"],
    notes: [
      "From as many subscribers' holds on as the list is configured for, the general ring gets no additions."
    ],
    body: holds),
  Command(
    ["admin", "lift-holds"], summary: "Lift all holds on a list: its additions go on to the general ring.",
    options: ConnectionSettings.options + [
      .value("list", "NAME", "list (worst-of)"), .value("reason", "TEXT", "why; kept in the audit record"),
      .flag("json", "print the server's answer as it is"),
    ],
    examples: ["cordon admin lift-holds --reason 'the entry that hurt is suspended'"]
  ) { arguments, context throws(CommandFailure) in
    try arguments.noMoreOperands(than: 0)
    let reason = try arguments.required("reason")
    let answer = try ServiceClient(arguments, context).post(
      "v1/lists/\(arguments.listPath)/holds/lift", [], ["reason": .string(reason)])
    context.say(
      arguments.has("json")
        ? answer.prettyText : "lifted \(answer.count("lifted")) hold(s) on \(answer.text("list"))")
    return .success
  },
]

private func holds(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) -> ExitStatus {
  try arguments.noMoreOperands(than: 0)
  let client = try ServiceClient(arguments, context)
  let page = try client.get("v1/lists/\(arguments.listPath)/holds", [])
  if arguments.has("json") {
    context.say(page.prettyText)
    return .success
  }
  let about = try client.get("v1/lists/\(arguments.listPath)", [])
  for hold in page["items"]?.arrayValue ?? [] {
    let end = hold.text("lifted_at").isEmpty ? "stands" : "lifted \(hold.text("lifted_at"))"
    context.say(
      "\(hold.text("at"))  version \(hold.count("version"))  \(hold.text("reader"))  \(end)  \(hold.text("reason"))"
    )
  }
  context.say(
    about["frozen"]?.boolValue == true ? "frozen: the general ring gets no additions" : "not frozen")
  return .success
}

private func suspend(
  _ arguments: Arguments, _ context: CommandContext
) throws(CommandFailure) -> ExitStatus {
  let operand = try arguments.operand("NAME or ENTRY-ID")
  let reason = try arguments.required("reason")
  let client = try ServiceClient(arguments, context)
  for identifier in operand.hasPrefix("ent_") ? [operand] : try entries(named: operand, client, arguments) {
    let answer = try client.post(
      "v1/entries/\(percentEncoded(identifier))/suspend", [], ["reason": .string(reason)])
    if answer["release"]?.objectValue == nil, !arguments.has("json") {
      context.say("suspended \(identifier); no release contained it")
    } else {
      report(answer["release"] ?? answer, "suspended \(identifier), published", arguments, context)
    }
  }
  return .success
}

/// The entries that list a name and are not yet off the list.
private func entries(
  named name: String, _ client: ServiceClient, _ arguments: Arguments
) throws(CommandFailure) -> [String] {
  let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
  let page = try client.get("v1/entries", [("list", arguments.value("list") ?? "worst-of"), ("name", bare)])
  let items = page["items"]?.arrayValue ?? []
  let live = items.filter { !["suspended", "removed", "lapsed"].contains($0.text("state")) }
  guard !live.isEmpty else {
    throw CommandFailure(items.isEmpty ? "no entry for that name" : "that name is off the list already")
  }
  return live.map { $0.text("id") }
}

extension Arguments {
  /// `--list`, encoded for a path.
  var listPath: String { percentEncoded(value("list") ?? "worst-of") }
}

private func report(
  _ release: JSONValue, _ verb: String, _ arguments: Arguments, _ context: CommandContext
) {
  if arguments.has("json") {
    context.say(release.prettyText)
  } else {
    context.say(releaseLine(release, verb))
    sayWithheld(release, context)
  }
}

/// Says what guards kept out of a release.
private func sayWithheld(_ release: JSONValue, _ context: CommandContext) {
  let withheld = release["withheld"] ?? [:]
  let count = withheld.count("count")
  guard count > 0 else { return }
  context.say("left out, since it is guarded meanwhile: \(count)")
  let entries = withheld["entries"]?.arrayValue?.compactMap(\.stringValue) ?? []
  for entry in entries { context.say("  \(entry)") }
  if count > entries.count { context.say("  …") }
}

/// One line about a release.
package func releaseLine(_ release: JSONValue, _ verb: String) -> String {
  var line = "\(verb) version \(release.count("version")) of \(release.text("list")): "
  line +=
    "\(release.count("added")) added, \(release.count("removed")) removed, \(release.count("entries")) in all"
  let digest = release.text("sha256")
  return digest.isEmpty ? line : line + ", sha256 \(digest)"
}
