// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
private import HTTPMessages
private import ListFollowing
private import StrictJSON

/// `cordon bundle`: an update on a stick or in a mail, with the same checks as over the network.
let bundleCommands = [bundleMakeCommand, bundleCheckCommand, bundleApplyCommand]

private let staleness: OptionSpecification = .value(
  "max-age", "DAYS", "how long ago the bundle's timestamp may have expired (7)")

private let bundleMakeCommand = Command(
  ["bundle", "make"], summary: "Fetch and verify the newest release, and write it into one file.",
  options: ConnectionSettings.options + [
    .value("list", "NAME", "list (worst-of)"),
    .value("root", "FILE", "the oldest root that a machine to be updated may still trust"),
    .value("since", "VERSION", "only what changed since this release (the full list)"),
    .value("out", "FILE", "where the bundle goes"),
    .value("split", "OCTETS", "pieces FILE.1, FILE.2 … of at most this size"),
  ],
  examples: [
    "cordon bundle make --root root.json --out worst-of.bundle",
    "cordon bundle make --root root.json --since 41 --out update.bundle --split 5000000",
  ],
  notes: [
    "The full list is verified here as well. Changes can only be verified by a machine that holds the release",
    "they start from; their result must have the signed digest there.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let since = try arguments.integer("since", in: 0...Int.max)
  let size = try arguments.integer("split", in: BundlePieces.minimumOctets...Int.max)
  let path = try arguments.required("out")
  let name = try listName(arguments)
  let transport = RecordingTransport(
    try context.connect(ConnectionSettings(arguments, environment: context.environment)))
  var settings = FollowSettings(
    list: name, stateDirectory: "bundle", rootFile: try arguments.required("root"))
  settings.sendsReceipts = false
  // The bundle has the signed files, as they are on the server.
  settings.asksCompact = false
  settings.takesApprovals = true
  let report = FollowRound(
    settings: settings, transport: transport, files: OverlayFileSystem(over: context.files, hiding: "bundle"),
    now: context.now()
  ).run()
  guard case .updated(_, let version, let count, _) = report.outcome else {
    for line in report.lines { context.complain("cordon: \(line)") }
    return exitStatus(of: report)
  }
  var parts = transport.parts
  if let since {
    guard since < version else {
      throw CommandFailure("release \(version) is the newest: nothing is newer than \(since)")
    }
    parts = parts.filter { !$0.key.hasPrefix("repository/targets/\(name.text)/") }
    for what in ["changes", "approvals"] {
      let path = "v1/lists/\(name.text)/\(what)?since=\(since)"
      parts[path] = try fetchChanges(path, to: version, transport)
    }
  }
  let bundle = UpdateBundle(
    list: name.text, version: version, since: since.map(UInt64.init), madeAt: context.now(), parts: parts)
  let octets = bundle.octets
  let files = try pieces(octets, size, path)
  for (path, octets) in files { try put(octets, path, context) }
  context.say("\(name.text) version \(version), \(since.map { "changes since \($0)" } ?? "\(count) entries")")
  for (path, octets) in files { context.say("\(path): \(octets.count) octets") }
  for line in expiryLines(bundle, context) { context.say(line) }
  return .success
}

private let bundleCheckCommand = Command(
  ["bundle", "check"], operands: "FILE…",
  summary: "Verify a bundle and say what it would do, changing nothing.",
  options: [
    .value("state", "DIR", "the follower's state to try it on (none: as on a new machine)"),
    .value("root", "FILE", "the first root, where there is no state"), staleness,
  ],
  examples: ["cordon bundle check --root root.json worst-of.bundle"],
  notes: ["Ends with 0 when the bundle could be applied, 2 when a check refuses it, 1 otherwise."]
) { arguments, context throws(CommandFailure) in
  let bundle = try readBundle(arguments, context)
  guard let list = try? ListName(bundle.list) else { throw CommandFailure("the bundle names no list") }
  var settings = FollowSettings(
    list: list, stateDirectory: arguments.value("state") ?? "bundle", rootFile: arguments.value("root"))
  settings.sendsReceipts = false
  context.say(
    "\(bundle.list) version \(bundle.version), \(bundle.since.map { "changes since \($0)" } ?? "full list"), "
      + "made at \(RFC3339.format(bundle.madeAt))")
  for line in expiryLines(bundle, context) { context.say(line) }
  let hidden = arguments.has("state") ? nil : settings.stateDirectory
  let report = FollowRound(
    settings: settings, transport: BundleTransport(bundle),
    files: OverlayFileSystem(over: context.files, hiding: hidden),
    now: try referenceTime(bundle, arguments, context)
  ).run()
  return tell(report, bundle, context)
}

private let bundleApplyCommand = Command(
  ["bundle", "apply"], operands: "FILE…", summary: "Update a follower from a bundle.",
  options: followOptions.filter {
    !["once", "interval", "mirror", "plain", "no-receipt", "list"].contains($0.name)
  } + [staleness],
  examples: [
    "cordon bundle apply --state /var/lib/cordon --root root.json \\\n"
      + "      --output rpz.zone=/etc/bind/db.rpz --reload 'rndc reload rpz.cordon.invalid' worst-of.bundle"
  ],
  notes: [
    "Every check of `cordon follow` applies; pieces of a split bundle may be named in any order.",
    "Ends with 0 when applied or current, 2 when a check refused it, 1 otherwise.",
  ]
) { arguments, context throws(CommandFailure) in
  let bundle = try readBundle(arguments, context)
  guard let list = try? ListName(bundle.list) else { throw CommandFailure("the bundle names no list") }
  var settings = try followSettings(arguments)
  settings.list = list
  settings.sendsReceipts = false
  let lock = try lock(settings.stateDirectory, context)
  defer { withExtendedLifetime(lock) {} }
  let report = FollowRound(
    settings: settings, transport: BundleTransport(bundle), files: context.files,
    now: try referenceTime(bundle, arguments, context)
  ).run()
  return tell(report, bundle, context)
}

private func listName(_ arguments: Arguments) throws(CommandFailure) -> ListName {
  let name = arguments.value("list") ?? "worst-of"
  guard let list = try? ListName(name) else {
    throw CommandFailure(.badValue(option: "list", value: name, wanted: "a list's name"))
  }
  return list
}

private func fetchChanges(
  _ path: String, to version: UInt64, _ transport: any Transport
) throws(CommandFailure) -> [UInt8] {
  do throws(TransportFault) {
    let answer = try transport.send(
      TransportRequest(
        path: path, fields: ["Accept": "text/plain"], maximumOctets: UpdateBundle.maximumOctets))
    guard answer.status == 200 else { throw TransportFault.unreachable(answer.explanation) }
    guard answer.fields["Cordon-Version"].flatMap(UInt64.init) ?? version == version else {
      throw TransportFault.unreachable("a release came out meanwhile; make the bundle again")
    }
    return answer.body
  } catch {
    throw CommandFailure(error.description)
  }
}

private func pieces(
  _ octets: [UInt8], _ size: Int?, _ path: String
) throws(CommandFailure) -> [(String, [UInt8])] {
  guard let size else { return [(path, octets)] }
  guard let pieces = BundlePieces.cut(octets, size: size) else {
    throw CommandFailure("more than \(BundlePieces.maximumCount) pieces: take larger ones")
  }
  return pieces.enumerated().map { ("\(path).\($0.offset + 1)", $0.element) }
}

private func put(_ octets: [UInt8], _ path: String, _ context: CommandContext) throws(CommandFailure) {
  do {
    try context.files.replace(path, with: octets, permissions: 0o600)
  } catch {
    throw CommandFailure(error.description)
  }
}

private func readBundle(_ arguments: Arguments, _ context: CommandContext) throws(CommandFailure)
  -> UpdateBundle
{
  guard !arguments.operands.isEmpty else {
    throw CommandFailure(.missing("a bundle's file", command: arguments.command))
  }
  var files: [[UInt8]] = []
  for path in arguments.operands {
    files.append(try context.contents(of: path, maximumOctets: UpdateBundle.maximumOctets))
  }
  do {
    return try UpdateBundle(parsing: BundlePieces.join(files))
  } catch {
    throw CommandFailure(error.description)
  }
}

/// The time to judge the bundle's metadata by: now, or the last instant at which its timestamp was good, if that is not
/// longer ago than `--max-age` allows.
private func referenceTime(
  _ bundle: UpdateBundle, _ arguments: Arguments, _ context: CommandContext
) throws(CommandFailure) -> Date {
  let days = try arguments.integer("max-age", in: 0...365) ?? 7
  let now = context.now()
  guard let expiry = bundle.claimedExpiry, expiry <= now,
    now.timeIntervalSince(expiry) <= TimeInterval(days) * 86_400
  else { return now }
  return expiry.addingTimeInterval(-1)
}

private func expiryLines(_ bundle: UpdateBundle, _ context: CommandContext) -> [String] {
  guard let expiry = bundle.claimedExpiry else { return ["the bundle holds no timestamp"] }
  let hours = Int((context.now().timeIntervalSince(expiry) / 3600).rounded(.up))
  return hours <= 0
    ? ["its timestamp is good until \(RFC3339.format(expiry))"]
    : [
      "its timestamp expired at \(RFC3339.format(expiry)), \(hours) hours ago: it may miss what was released since"
    ]
}

private func tell(_ report: FollowReport, _ bundle: UpdateBundle, _ context: CommandContext) -> ExitStatus {
  if case .failed = report.outcome {
    for line in report.lines { context.complain("cordon: \(bundle.list): \(line)") }
  } else {
    for line in report.lines { context.say("\(bundle.list): \(line)") }
  }
  return exitStatus(of: report)
}
