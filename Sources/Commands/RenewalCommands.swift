// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// `cordon review due`: what has to be looked at again.
let dueCommand = Command(
  ["review", "due"], summary: "Show listed entries whose lease ends soon; unless renewed they lapse.",
  options: ConnectionSettings.options + [
    .value("list", "NAME", "list (worst-of)"), .value("within", "DAYS", "leases that end so soon (14)"),
    .value("limit", "N", "how many at most (50)"), .value("after", "N", "go on after this sequence number"),
    .flag("reveal", "show whole names; the server records that you looked"),
    .flag("json", "print the server's answer as it is"),
  ],
  examples: ["cordon review due --within 7", "cordon review due --reveal"]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let answer = try due(arguments, ServiceClient(arguments, context), limit: nil)
  if arguments.has("json") {
    context.say(answer.prettyText)
    return .success
  }
  let items = answer["items"]?.arrayValue ?? []
  for item in items {
    context.say(
      "\(item.text("id"))  \(item.text("entry"))  \(item.text("scope"))  until \(item.text("lease_until"))")
  }
  context.say(items.isEmpty ? "nothing is due" : "\(items.count) shown")
  if let next = answer["next"]?.integerValue { context.say("more: cordon review due --after \(next)") }
  return .success
}

/// `cordon review renew`: confirms entries for another lease.
let renewCommand = Command(
  ["review", "renew"], operands: "ENTRY-ID…|--due",
  summary: "Confirm entries for another lease, signed where the list asks for it.",
  options: ConnectionSettings.options + [
    .flag("due", "all that `cordon review due` shows"),
    .value("list", "NAME", "list, with --due (worst-of)"),
    .value("within", "DAYS", "with --due: leases that end so soon (14)"),
    .value("days", "N", "fewer days than the list says; no end comes earlier"),
  ] + ApprovalSigner.options,
  examples: ["cordon review renew ent_12 --sign-with tt.pem", "cordon review renew --due --within 7"],
  notes: ["Only renew what you looked at again: it says that every criterion is still met."]
) { arguments, context throws(CommandFailure) in
  let client = try ServiceClient(arguments, context)
  let days = try arguments.integer("days", in: 1...180)
  let signer = try ApprovalSigner(arguments, context)
  guard arguments.has("due") != !arguments.operands.isEmpty else {
    throw CommandFailure(.missing("ENTRY-ID… or --due (one of the two)", command: arguments.command))
  }
  var identifiers = arguments.operands
  if arguments.has("due") {
    identifiers = (try due(arguments, client, limit: 1000)["items"]?.arrayValue ?? []).map { $0.text("id") }
  }
  if identifiers.isEmpty { context.say("nothing is due") }
  var refused = 0
  for identifier in identifiers {
    var body: JSONObject = [:]
    body["days"] = days.map { .integer(Int64($0)) }
    let path = "v1/entries/\(percentEncoded(identifier))"
    if let signer {
      let item = try client.get(path + "/approval-text", [("decided_at", signer.decidedAt)])
      let signed = try signer.signature(over: item, list: nil, criteria: nil)
      context.say("\(identifier): signed for \(signed.entry)")
      body["signature"] = signed.json
    }
    do throws(CommandFailure) {
      let entry = try client.post(path + "/renew", [], .object(body))
      context.say("\(identifier): until \(entry.text("lease_until"))")
    } catch {
      // One that is refused, as one's own reports are, keeps no other back.
      guard identifiers.count > 1 else { throw error }
      for line in error.lines { context.complain("\(identifier): \(line)") }
      refused += 1
    }
  }
  return refused == 0 ? .success : .failure
}

private func due(
  _ arguments: Arguments, _ client: ServiceClient, limit: Int?
) throws(CommandFailure) -> JSONValue {
  let within = try arguments.integer("within", in: 0...365)
  let (asked, page) = (
    try arguments.integer("limit", in: 1...1000) ?? 50, try arguments.integer("after", in: 0...Int.max)
  )
  let (shown, after) = limit.map { ($0, nil) } ?? (asked, page)
  return try client.get(
    "v1/reviews/due",
    [
      ("list", arguments.value("list") ?? "worst-of"), ("limit", String(shown)),
      ("after", after.map { String($0) }), ("within_days", within.map { String($0) }),
      ("reveal", limit == nil && arguments.has("reveal") ? "true" : nil),
    ])
}
