// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// `cordon review claim`: has reports to oneself for a while.
let claimCommand = Command(
  ["review", "claim"], operands: "ID…|--next N",
  summary: "Have reports to yourself for a while, so that nobody else decides on them meanwhile.",
  options: ConnectionSettings.options + [
    .value("next", "N", "the N that wait longest and that nobody else holds"),
    .value("list", "NAME", "list, with --next (worst-of)"),
  ],
  examples: ["cordon review claim sub_example", "cordon review claim --next 20"],
  notes: ["A claim ends by itself (30 minutes, unless the service says otherwise) and with your decision."]
) { arguments, context throws(CommandFailure) in
  let client = try ServiceClient(arguments, context)
  let next = try arguments.integer("next", in: 1...1000)
  guard (next != nil) != !arguments.operands.isEmpty else {
    throw CommandFailure(.missing("ID… or --next N (one of the two)", command: arguments.command))
  }
  var identifiers = arguments.operands
  if let next {
    let list = arguments.value("list") ?? "worst-of"
    let page = try client.get(
      "v1/reviews/queue", [("list", list), ("limit", String(next)), ("claim", "free")])
    identifiers = (page["items"]?.arrayValue ?? []).map { $0.text("id") }
  }
  if identifiers.isEmpty { context.say("nothing waits for you") }
  for identifier in identifiers {
    let claim = try client.post(
      "v1/submissions/\(percentEncoded(identifier))/claim", [], body: [], mediaType: "application/json")
    context.say("\(claim.text("submission")): yours until \(claim.text("until"))")
  }
  return .success
}

/// `cordon review unclaim`: gives reports back.
let unclaimCommand = Command(
  ["review", "unclaim"], operands: "ID…", summary: "Give claimed reports back.",
  options: ConnectionSettings.options, examples: ["cordon review unclaim sub_example"]
) { arguments, context throws(CommandFailure) in
  let client = try ServiceClient(arguments, context)
  guard !arguments.operands.isEmpty else {
    throw CommandFailure(.missing("ID…", command: arguments.command))
  }
  for identifier in arguments.operands {
    _ = try client.delete("v1/submissions/\(percentEncoded(identifier))/claim")
    context.say("\(identifier): free again")
  }
  return .success
}
