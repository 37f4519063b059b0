// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
private import FoundationEssentials
private import HTTPMessages
internal import ListFollowing
private import StrictJSON

/// `cordon bundle`: an update on a stick or in a mail, with the same checks as over the network.
let bundleCommands = [bundleMakeCommand, bundleCheckCommand, bundleApplyCommand]

private let staleness: OptionSpecification = .value(
  "max-age", "DAYS", "how long ago the bundle's timestamp may have expired (7)")

private let bundleCheckCommand = Command(
  ["bundle", "check"], operands: "FILE…",
  summary: "Verify a bundle and say what it would do, changing nothing.",
  options: [
    .value("state", "DIR", "the follower's state to try it on (none: as on a new machine)"),
    .value("root", "FILE", "the first root, where there is no state"), staleness,
  ] + followOptions.filter { checkedOptions.contains($0.name) },
  examples: [
    "cordon bundle check --root root.json worst-of.bundle",
    "cordon bundle check --state /var/lib/cordon update.bundle",
  ],
  notes: [
    "With the state of the follower, every check is made that `apply` makes; of changes without it, their signatures and form.",
    "Ends with 0 when the bundle could be applied, 2 when a check refuses it, 1 otherwise.",
  ]
) { arguments, context throws(CommandFailure) in
  let bundle = try readBundle(arguments, context)
  guard let list = try? ListName(bundle.list) else { throw CommandFailure("the bundle names no list") }
  var settings = try followSettings(arguments, state: arguments.value("state") ?? "bundle")
  settings.list = list
  context.say(
    "\(bundle.list) version \(bundle.version), \(bundle.since.map { "changes since \($0)" } ?? "full list"), "
      + "made at \(RFC3339.format(bundle.madeAt))")
  for line in expiryLines(bundle, context) { context.say(line) }
  let trial = BundleTrial(
    of: bundle, settings: settings, over: context.files,
    hiding: arguments.has("state") ? nil : settings.stateDirectory,
    now: try referenceTime(bundle, arguments, context))
  switch trial.run() {
  case .tried(let report): return tell(report, bundle, context)
  case .inForm(let additions, let removals, let since):
    context.say(
      "\(bundle.list): version \(bundle.version) is signed, the changes are in form: \(additions) added, "
        + "\(removals) removed")
    context.say(
      "not checked: whether they lead from version \(since) to the signed list. "
        + "That shows where it is held: --state DIR")
    return .success
  }
}

/// What of `apply`'s options decides what is checked.
private let checkedOptions = [
  "output", "zone", "stop-page", "allow", "deny", "max-additions", "max-additions-percent",
  "require-countries", "accept-large-change", "ring",
]

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
  settings.takesChangesAlone = bundle.since != nil
  let lock = try lock(settings.stateDirectory, context)
  defer { withExtendedLifetime(lock) {} }
  let claims = try claims(&settings, context)
  var round = FollowRound(
    settings: settings, transport: BundleTransport(bundle), files: context.files,
    now: try referenceTime(bundle, arguments, context))
  round.claims = claims
  let report = round.run()
  return tell(report, bundle, context)
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

/// Until when a bundle is good.
func expiryLines(_ bundle: UpdateBundle, _ context: CommandContext) -> [String] {
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
