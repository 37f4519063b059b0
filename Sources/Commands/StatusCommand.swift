// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import FoundationEssentials
package import ListFollowing
private import StrictJSON

/// `cordon status`: what monitoring asks.
let statusCommand = Command(
  ["status"], summary: "Say whether a follower is current, stale or refused, and why.",
  options: [
    .value("state", "DIR", "the follower's state directory"),
    .value("max-age", "SECONDS", "stale when not proven current for so long (7200)"),
    .flag("json", "print the follower's memory"),
  ],
  examples: ["cordon status --state /var/lib/cordon --max-age 3600"],
  notes: ["Ends with 0 when current, 1 when stale, 2 when the last update was refused, 3 when never synced."]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let directory = try arguments.required("state")
  let patience = TimeInterval(try arguments.integer("max-age", in: 1...Int.max) ?? 7200)
  let state: FollowState?
  do throws(FileFault) {
    state = try FollowStatus.state(in: directory, files: context.files)
  } catch {
    throw CommandFailure(error.description)
  }
  let status = FollowStatus(of: state, now: context.now(), patience: patience)
  if arguments.has("json") {
    let octets = (try? context.files.read(directory + "/state.json", maximumOctets: 1 << 20)) ?? nil
    context.write(String(decoding: octets ?? Array("null\n".utf8), as: UTF8.self))
  } else {
    for line in statusLines(status, state) { context.say(line) }
  }
  switch status {
  case .current: return .success
  case .stale: return .failure
  case .refused: return .refused
  case .neverSynced: return .neverSynced
  }
}

/// The verdict in the first line, what led to it below.
package func statusLines(_ status: FollowStatus, _ state: FollowState?) -> [String] {
  let word =
    switch status {
    case .current: "current"
    case .stale: "stale"
    case .refused: "refused"
    case .neverSynced: "never synced"
    }
  guard let state else { return [word] }
  let version = state.applied.map { ": \(state.list) version \($0.version)" } ?? ": \(state.list)"
  var lines = [word + version]
  if let date = state.lastSuccess { lines.append("last proven current at \(RFC3339.format(date))") }
  if let attempt = state.lastAttempt {
    let check = attempt.check.map { " (\($0))" } ?? ""
    lines.append("last round at \(RFC3339.format(attempt.date)): \(attempt.outcome)\(check)")
    if let detail = attempt.detail { lines.append(detail) }
  }
  if let hold = state.hold {
    lines.append("on hold since \(RFC3339.format(hold.date)): \(hold.reason)")
  }
  if state.withheld > 0 { lines.append("\(state.withheld) additions are not shown yet") }
  if state.openSubtrees > 0 {
    lines.append("\(state.openSubtrees) listed subtrees are open because of --allow")
  }
  if state.isOwing { lines.append("a running resolver could not be told the last change") }
  for stamp in state.told where stamp.isBehind {
    lines.append(stamp.problem ?? "\(stamp.key): it may hold something else than the list")
  }
  for (place, omitted) in state.outputs.map({ ($0.path, $0.omitted) })
    + state.told.map({ ($0.key, $0.omitted) })
  where omitted > 0 {
    lines.append("\(place): \(omitted) entries cannot be expressed there and are left out")
  }
  for stamp in state.outputs where stamp.narrowed > 0 {
    lines.append(
      "\(stamp.path): \(stamp.narrowed) entries are carried as the name alone, without what is below it")
  }
  if let unverified = state.unverified {
    lines.append(
      "no resolver has confirmed the outputs since version \(unverified.version); those before are kept beside them"
    )
  }
  if state.needsReload { lines.append("the reload command has not succeeded since the output changed") }
  if state.needsFullList { lines.append("the next round takes the full list") }
  if let follower = state.follower { lines.append("follower \(follower)") }
  return lines
}
