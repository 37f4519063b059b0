// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// `cordon answer`: tells reviewers what they asked.
let answerCommand = Command(
  ["answer"], operands: "ID", summary: "Answer the reviewers' question on a report of yours.",
  options: ConnectionSettings.options + [.value("text", "TEXT", "the answer; words only")],
  examples: ["cordon answer sub_example --text 'the page moved to /b; seen again today'"]
) { arguments, context throws(CommandFailure) in
  let identifier = try arguments.operand("ID")
  let text = try arguments.required("text")
  let answer = try ServiceClient(arguments, context).post(
    "v1/submissions/\(percentEncoded(identifier))/information", [], ["text": .string(text)])
  context.say("\(identifier): answered \(answer.text("review"))")
  return .success
}

/// `cordon review second-look`: a chair's word.
let secondLookCommand = Command(
  ["review", "second-look"], operands: "ID…",
  summary:
    "As a panel's chair: ask for one country more, and a member of your panel among those who approve.",
  options: ConnectionSettings.options + [
    .value("panel", "ID", "your panel"), .value("reason", "TEXT", "why; reviewers read it"),
  ],
  examples: ["cordon review second-look sub_example --panel caribbean --reason 'the host changed hands'"]
) { arguments, context throws(CommandFailure) in
  let client = try ServiceClient(arguments, context)
  let body: JSONValue = [
    "panel": .string(try arguments.required("panel")), "reason": .string(try arguments.required("reason")),
  ]
  guard !arguments.operands.isEmpty else {
    throw CommandFailure(.missing("ID…", command: arguments.command))
  }
  for identifier in arguments.operands {
    let look = try client.post("v1/submissions/\(percentEncoded(identifier))/second-look", [], body)
    context.say("\(identifier): waits for a second look by \(look.text("panel"))")
  }
  return .success
}
