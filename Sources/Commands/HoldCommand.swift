// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
private import HTTPMessages
private import ListFollowing
private import StrictJSON

/// `cordon hold`: an ISP's own stop button.
let holdCommand = Command(
  ["hold"], operands: "REASON",
  summary: "Stop a release that hurts, here and at once; tell the publisher why.",
  options: ConnectionSettings.options + [
    .value("state", "DIR", "the follower's state directory"),
    .value(
      "last-good", "VERSION",
      "the last release that did no harm (the one before the newest that added anything)"),
    .flag("local", "do not tell the publisher"),
    .flag("release", "hold no longer: show what was withheld"),
  ],
  examples: [
    "cordon hold --state /var/lib/cordon 'it breaks our mail'",
    "cordon hold --state /var/lib/cordon --release",
  ],
  notes: [
    "What later releases than the last good one added is taken back, and nothing is added until the release of the hold;",
    "removals go on at once. A following process acts within a few seconds, whether or not a source answers; else the next round",
    "does: where nothing follows by itself, run \"cordon follow --once\", or apply the last bundle once more.",
  ]
) { arguments, context throws(CommandFailure) in
  let directory = try arguments.required("state")
  let state: FollowState?
  do throws(FileFault) {
    state = try FollowStatus.state(in: directory, files: context.files)
  } catch {
    throw CommandFailure(error.description)
  }
  guard let state, let applied = state.applied else {
    throw CommandFailure("nothing was followed yet in \(directory): there is nothing to hold")
  }
  if arguments.has("release") {
    try arguments.noMoreOperands(than: 0)
    try leave(.release, directory, context)
    context.say("\(state.list): the hold is released with the next round")
    return .success
  }
  let reason = try arguments.operand("REASON")
  guard !reason.isEmpty, reason.utf8.count <= Hold.maximumReasonOctets else {
    throw CommandFailure("the reason has 1 to \(Hold.maximumReasonOctets) octets")
  }
  let lastGood = try arguments.integer("last-good", in: 0...Int.max).map { UInt64($0) }
  guard lastGood ?? 0 < applied.version || lastGood == nil else {
    throw CommandFailure("version \(applied.version) is held: the last good one must be before it")
  }
  // Here first: the publisher may be out of reach just now.
  try leave(.hold(Hold(reason: reason, date: context.now(), lastGood: lastGood)), directory, context)
  context.say("\(state.list): version \(applied.version) is on hold; additions are paused")
  guard !arguments.has("local") else { return .success }
  return try tell(reason, applied.version, state.list, arguments, context)
}

private func leave(
  _ request: HoldRequest, _ directory: String, _ context: CommandContext
) throws(CommandFailure) {
  do throws(FileFault) {
    // Readable for the follower's user, whoever presses the button; the directory itself is closed to others.
    try context.files.replace(HoldRequest.path(in: directory), with: request.octets, permissions: 0o644)
  } catch {
    throw CommandFailure(error.description)
  }
}

private func tell(
  _ reason: String, _ version: UInt64, _ list: String, _ arguments: Arguments, _ context: CommandContext
) throws(CommandFailure) -> ExitStatus {
  let transport = try context.connect(
    ConnectionSettings(arguments, environment: context.environment))
  do throws(TransportFault) {
    var answer = try post(version, reason, list, transport)
    guard let latest = latestRelease(by: answer), latest < version else {
      guard answer.isSuccess else { throw TransportFault.unreachable(answer.explanation) }
      context.say("\(list): the publisher knows")
      return .success
    }
    // It signed no such release: somebody else did. That is worth knowing more than any other hold.
    answer = try post(latest, "held version \(version) is unknown to you: \(reason)", list, transport)
    guard answer.isSuccess else { throw TransportFault.unreachable(answer.explanation) }
    context.say(
      "\(list): the publisher knows, and has no version \(version) (\(latest) is its last): look into whom you follow"
    )
    return .success
  } catch {
    context.complain("cordon: \(list): on hold here, but the publisher was not told: \(error)")
    return .failure
  }
}

private func post(
  _ version: UInt64, _ reason: String, _ list: String, _ transport: any Transport
) throws(TransportFault) -> TransportAnswer {
  let body: JSONValue = ["version": .integer(Int64(clamping: version)), "reason": .string(reason)]
  return try transport.send(
    TransportRequest(
      .post, path: "v1/lists/\(list)/holds", fields: ["Content-Type": "application/json"],
      body: body.encoded()))
}

/// The newest release, by a server that knows of none so high as was named.
private func latestRelease(by answer: TransportAnswer) -> UInt64? {
  guard answer.status == 409, let problem = try? JSONValue(parsing: answer.body),
    problem["type"]?.stringValue?.hasSuffix("/version-ahead") == true
  else { return nil }
  return problem["latest"]?.integerValue.flatMap(UInt64.init(exactly:))
}
