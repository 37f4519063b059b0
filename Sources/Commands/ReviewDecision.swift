// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import StrictJSON

/// One run of `cordon review approve|reject|needs-information`.
struct ReviewDecision {
  private let decision: String
  private let arguments: Arguments
  private let context: CommandContext
  private let client: ServiceClient
  private let list: String
  private let signer: ApprovalSigner?

  /// The most decisions sent in one request.
  private static let batch = 500

  init(_ decision: String, _ arguments: Arguments, _ context: CommandContext) throws(CommandFailure) {
    self.decision = decision
    self.arguments = arguments
    self.context = context
    list = arguments.value("list") ?? "worst-of"
    guard arguments.has("all") != !arguments.operands.isEmpty else {
      throw CommandFailure(.missing("ID… or --all (one of the two)", command: arguments.command))
    }
    if decision == "approve" {
      guard arguments.has("criteria-all-met") || arguments.has("answer") else {
        throw CommandFailure(.missing("--criteria-all-met or --answer KEY=yes", command: arguments.command))
      }
    } else {
      _ = try arguments.required("reason")
    }
    signer = decision == "approve" ? try ApprovalSigner(arguments, context) : nil
    client = try ServiceClient(arguments, context)
  }

  func run() throws(CommandFailure) -> ExitStatus {
    let texts = try arguments.has("all") && signer != nil ? waitingTexts() : [:]
    let submissions =
      arguments.has("all")
      ? signer != nil ? texts.keys.sorted { Self.number($0) < Self.number($1) } : try waiting()
      : arguments.operands
    if submissions.isEmpty {
      context.say("nothing waits for you")
      return .success
    }
    let criteria = decision == "approve" ? try answeredCriteria() : nil
    var tally = ReviewTally()
    var rest = submissions[...]
    while !rest.isEmpty {
      var reviews: [JSONValue] = []
      for submission in rest.prefix(Self.batch) {
        reviews.append(try review(of: submission, criteria, text: texts[submission]))
      }
      rest = rest.dropFirst(Self.batch)
      let answer = try client.post("v1/reviews", [], ["reviews": .array(reviews)])
      tally.add(answer["items"]?.arrayValue ?? [])
    }
    for line in tally.lines(detailed: submissions.count <= 20) { context.say(line) }
    for line in tally.refusals { context.complain("cordon: " + line) }
    return tally.refused == 0 || tally.recorded > 0 && arguments.has("all") ? .success : .failure
  }

  private func waiting() throws(CommandFailure) -> [String] {
    var identifiers: [String] = []
    var after: String?
    repeat {
      let page = try client.get(
        "v1/reviews/queue", [("list", list), ("limit", "1000"), ("after", after), ("claim", "free")])
      identifiers += (page["items"]?.arrayValue ?? []).map { $0.text("id") }
      after = page["next"]?.integerValue.map(String.init)
    } while after != nil
    return identifiers
  }

  /// The texts to sign of everything that waits, by submission.
  private func waitingTexts() throws(CommandFailure) -> [String: JSONValue] {
    var texts: [String: JSONValue] = [:]
    var after: String?
    repeat {
      let page = try client.get(
        "v1/reviews/approval-texts",
        [("list", list), ("limit", "1000"), ("after", after), ("decided_at", signer?.decidedAt)])
      for item in page["items"]?.arrayValue ?? [] { texts[item.text("submission")] = item }
      after = page["next"]?.integerValue.map(String.init)
    } while after != nil
    return texts
  }

  private static func number(_ identifier: String) -> Int { Int(identifier.drop { !$0.isNumber }) ?? 0 }

  /// The criteria in force with every key answered, as the reviewer said.
  private func answeredCriteria() throws(CommandFailure) -> JSONValue {
    let page = try client.get("v1/criteria", [("list", list)])
    guard let current = page["items"]?.arrayValue?.first else {
      throw CommandFailure("the server names no criteria for \(list)")
    }
    let keys = (current["items"]?.arrayValue ?? []).map { $0.text("key") }
    var answers = JSONObject()
    if arguments.has("criteria-all-met") {
      for key in keys { answers[key] = .bool(true) }
    }
    for (key, value) in try arguments.pairs("answer") {
      guard keys.contains(key) else {
        throw CommandFailure(
          .badValue(option: "answer", value: key, wanted: "one of " + keys.joined(separator: ", ")))
      }
      guard ["yes", "no"].contains(value) else {
        throw CommandFailure(.badValue(option: "answer", value: value, wanted: "\(key)=yes or \(key)=no"))
      }
      answers[key] = .bool(value == "yes")
    }
    return [
      "id": current["id"] ?? .null, "version": current["version"] ?? .null, "answers": .object(answers),
    ]
  }

  private func review(
    of submission: String, _ criteria: JSONValue?, text: JSONValue?
  ) throws(CommandFailure) -> JSONValue {
    var review: JSONObject = ["submission": .string(submission), "decision": .string(decision)]
    review["scope"] = arguments.value("scope").map { .string($0) }
    review["criteria"] = criteria
    review["reason"] = arguments.value("reason").map { .string($0) }
    if let signer {
      let scope = arguments.value("scope")
      var item = text
      if item == nil || scope != nil {
        item = try client.get(
          "v1/submissions/\(percentEncoded(submission))/approval-text",
          [("scope", scope), ("decided_at", signer.decidedAt)])
      }
      let signed = try signer.signature(
        over: item ?? .null, list: arguments.has("list") ? list : nil, criteria: criteria)
      if !arguments.has("all") { context.say("\(submission): signed for \(signed.entry)") }
      review["signature"] = signed.json
    }
    return .object(review)
  }
}
