// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

package import StrictJSON

/// `cordon review …`: sees and decides other countries' reports.
let reviewCommands: [Command] = [
  reviewListCommand, claimCommand, unclaimCommand, secondLookCommand, dueCommand, renewCommand,
  decisionCommand(
    "approve", "Approve reports against every criterion.",
    [
      .flag("criteria-all-met", "answer yes to every criterion"),
      .value("answer", "KEY=yes|no", "answer one criterion", repeats: true),
      .value("scope", "SCOPE", "host or subtree, where it differs from the report"),
    ] + ApprovalSigner.options),
  decisionCommand("reject", "Reject reports; --reason says why."),
  decisionCommand("needs-information", "Ask the reporting unit for more; --reason says what."),
]

private let reviewListCommand = Command(
  ["review", "list"], summary: "Show the reports that wait for your decision.",
  options: ConnectionSettings.options + [
    .value("list", "NAME", "list (worst-of)"),
    .value("limit", "N", "how many at most (50)"),
    .value("after", "N", "go on after this sequence number"),
    .value("country", "CC", "only what this country reported first"),
    .value("min-age", "HOURS", "only what waits at least so long"),
    .value("claim", "free|mine", "only what nobody else holds, or what you hold"),
    .flag("reveal", "show whole names and URLs; the server records that you looked"),
    .flag("json", "print the server's answer as it is"),
  ],
  examples: ["cordon review list", "cordon review list --limit 200 --reveal"]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let limit = try arguments.integer("limit", in: 1...1000) ?? 50
  let after = try arguments.integer("after", in: 0...Int.max)
  let age = try arguments.integer("min-age", in: 0...87_600)
  let answer = try ServiceClient(arguments, context).get(
    "v1/reviews/queue",
    [
      ("list", arguments.value("list") ?? "worst-of"), ("limit", String(limit)),
      ("after", after.map { String($0) }), ("country", arguments.value("country")),
      ("min_age_hours", age.map { String($0) }), ("claim", arguments.value("claim")),
      ("reveal", arguments.has("reveal") ? "true" : nil),
    ])
  if arguments.has("json") {
    context.say(answer.prettyText)
    return .success
  }
  let items = answer["items"]?.arrayValue ?? []
  for item in items { context.say(queueLine(item)) }
  context.say(items.isEmpty ? "nothing waits for you" : "\(items.count) shown")
  if let next = answer["next"]?.integerValue { context.say("more: cordon review list --after \(next)") }
  return .success
}

/// One line for a report in the queue.
package func queueLine(_ item: JSONValue) -> String {
  let approvals = (item["approvals"]?.arrayValue ?? []).map { $0.text("country") }
  let approved = approvals.isEmpty ? "no approval yet" : "approved by " + approvals.joined(separator: ", ")
  let name = [item.text("entry"), item.text("scope")].filter { !$0.isEmpty }.joined(separator: " ")
  let urls = item.texts("urls").map { "\n    " + $0 }.joined()
  let panel = item["second_look"].map { $0.text("panel") } ?? ""
  let second = panel.isEmpty ? "" : ", second look by \(panel)"
  let asked = item["open_question"]?.boolValue == true ? ", question open" : ""
  let claim = item["claim"].map { $0.text("holder") } ?? ""
  let held = claim.isEmpty ? "" : ", held by \(claim) until \(item["claim"]?.text("until") ?? "")"
  return "\(item.text("id"))  \(name)  from \(item.text("agency")) (\(item.text("country"))), \(approved)"
    + held + second + asked + urls
}

private func decisionCommand(
  _ decision: String, _ summary: String, _ extra: [OptionSpecification] = []
) -> Command {
  Command(
    ["review", decision], operands: "ID…|--all", summary: summary,
    options: ConnectionSettings.options + extra + [
      .flag("all", "every report that waits for you"),
      .value("list", "NAME", "list, with --all (worst-of)"),
      .value("reason", "TEXT", "why"),
    ],
    examples: decision == "approve"
      ? [
        "cordon review approve sub_example --criteria-all-met",
        "cordon review approve --all --list worst-of --criteria-all-met",
        "cordon review approve sub_example --criteria-all-met --sign-with agency.pem",
      ] : ["cordon review \(decision) sub_example --reason 'host is a shared platform'"]
  ) { arguments, context throws(CommandFailure) in
    try ReviewDecision(decision, arguments, context).run()
  }
}
