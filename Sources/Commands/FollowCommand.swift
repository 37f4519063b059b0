// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import Blocklists
package import ListFollowing
private import ListFormats
private import Names

/// `cordon follow`: keeps a resolver's files up to date with verified releases.
let followCommand = Command(
  ["follow"], summary: "Fetch, verify and write the list; once, or for good.",
  options: ConnectionSettings.options + followOptions,
  examples: [
    "cordon follow --once --list worst-of --state /var/lib/cordon --root root.json \\\n"
      + "      --output rpz.zone=/etc/bind/db.rpz --reload 'rndc reload rpz.cordon.invalid'",
    "cordon follow --state /var/lib/cordon --output unbound.conf=/etc/unbound/cordon.conf "
      + "--reload 'unbound-control reload'",
  ],
  notes: [
    "Ends with 0 when current, 1 on a failure worth retrying, 2 when a check refused the update.",
    "Whatever goes wrong, the last good output stays. Formats: "
      + outputFormats.joined(separator: ", ") + ".",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  var settings = try followSettings(arguments)
  let interval = try arguments.integer("interval", in: 1...86_400)
  let sources = try followSources(arguments, context)
  if let splay = try arguments.integer("splay", in: 0...86_400) {
    guard arguments.has("once") else { throw CommandFailure("--splay goes with --once") }
    // Many machines have the same clock and the same line in their cron table.
    context.sleep(.seconds(Int.random(in: 0...splay)))
  }
  KeyFiles(context).complainOfOpen(settings.outputs.map(\.path))
  let lock = try lock(settings.stateDirectory, context)
  defer { withExtendedLifetime(lock) {} }
  let claims = try claims(&settings, context)
  let quiet = arguments.has("quiet")
  if arguments.has("once") {
    var round = FollowRound(
      settings: settings, sources: sources, files: context.files, now: context.now())
    round.claims = claims
    let report = round.run()
    say(report, settings, quiet: quiet, context)
    return exitStatus(of: report)
  }
  let stop = StopSignal()
  stop.install()
  let loop = FollowLoop(
    settings: settings, sources: sources, files: context.files, stop: stop, interval: interval,
    claims: claims
  ) { [settings] report in
    say(report, settings, quiet: quiet, context)
  }
  return loop.run().map { exitStatus(of: $0) } ?? .success
}

let followOptions: [OptionSpecification] = [
  .flag("once", "one round, then end"),
  .value("splay", "SECONDS", "with --once: wait up to so long first, at random; for cron"),
  .value("list", "NAME", "list to follow (worst-of)"),
  .value("state", "DIR", "where the follower keeps its memory"),
  .value("mirror", "URL", "ask this mirror before the server; may be given again, in order", repeats: true),
  .value("root", "FILE", "the first root metadata, received by a trusted way; needed once"),
  .value("output", "FORMAT=PATH", "a file to keep up to date", repeats: true),
  .value("zone", "NAME", "origin of response policy zones (rpz.cordon.invalid)"),
  .value("stop-page", "NAME,IPV4[,IPV6]", "answer with the stop page instead of NXDOMAIN"),
  .value("reload", "COMMAND", "shell command to run after an output changed"),
  .value("reload-timeout", "SECONDS", "how long it may run (60)"),
  .value(
    "apply", "KIND[@ADDRESS[:PORT]]=COMMAND",
    "tell the resolver there (127.0.0.1:53) what changed, by nsupdate, nsupdate-primary or unbound-control",
    repeats: true),
  .value("transfer", "COMMAND", "prints the policy zone, to put it right after an interruption (dig … axfr)"),
  .value("verify", "ADDRESS[:PORT]", "ask the resolver there whether it answers as it should", repeats: true),
  .value("verify-open", "NAME", "a name that the resolver must answer all the same", repeats: true),
  .value("verify-timeout", "SECONDS", "how long it may take until it does (30)"),
  .value("allow", "FILE", "entries that stay unblocked whatever the list says"),
  .value("deny", "FILE", "entries blocked besides the list"),
  .value("max-additions", "N", "additions always let through (1000)"),
  .value("max-additions-percent", "N", "or so many percent of the list held (20)"),
  .value(
    "require-countries", "N",
    "show only entries whose approvals agencies of so many countries signed; others are left out"),
  .flag("accept-large-change", "let one update pass that limit; removals are never limited"),
  .flag("take-over", "take outputs and resolvers over from another follower that is gone for good; once"),
  .value("ring", "early|general", "general: show additions only after they have settled (early)"),
  .value("interval", "SECONDS", "time between rounds (as the server says)"),
  .value("textfile", "FILE", "Prometheus text for node_exporter's textfile collector, after every round"),
  .flag("plain", "fetch metadata and changes file by file, not in one body"),
  .flag("no-receipt", "do not tell the server which version runs here"),
  .flag("quiet", "say nothing when nothing is new"),
]

/// The mirrors in the order given, then the server itself.
private func followSources(
  _ arguments: Arguments, _ context: CommandContext
) throws(CommandFailure) -> [FollowSource] {
  var sources: [FollowSource] = []
  for address in arguments.all("mirror") {
    var settings = try ConnectionSettings(arguments, environment: context.environment, at: address)
    // The token is the server's business alone; whoever runs a mirror must not learn it.
    settings.tokenFile = nil
    sources.append(
      FollowSource(name: settings.server, transport: try context.connect(settings), isOrigin: false))
  }
  let settings = try ConnectionSettings(arguments, environment: context.environment)
  sources.append(
    FollowSource(
      name: settings.server, transport: try context.connect(settings), isOrigin: true))
  return sources
}

/// - Parameter state: the state directory, where it need not be given.
func followSettings(_ arguments: Arguments, state: String? = nil) throws(CommandFailure) -> FollowSettings {
  let name = arguments.value("list") ?? "worst-of"
  guard let list = try? ListName(name) else {
    throw CommandFailure(.badValue(option: "list", value: name, wanted: "a list's name"))
  }
  let directory = if let state { state } else { try arguments.required("state") }
  var settings = FollowSettings(
    list: list, stateDirectory: directory, rootFile: arguments.value("root"),
    outputs: try outputs(arguments))
  settings.reloadCommand = arguments.value("reload")
  settings.reloadTimeout = .seconds(try arguments.integer("reload-timeout", in: 1...3600) ?? 60)
  settings.targets = try resolverTargets(arguments)
  settings.verified = try verifiedResolvers(arguments)
  settings.verifyPatience = .seconds(try arguments.integer("verify-timeout", in: 1...3600) ?? 30)
  settings.openNames = try openNames(arguments)
  if let name = arguments.value("ring") {
    guard let ring = Ring(rawValue: name) else {
      throw CommandFailure(.badValue(option: "ring", value: name, wanted: "early or general"))
    }
    settings.ring = ring
  }
  settings.textfile = arguments.value("textfile")
  settings.allowFile = arguments.value("allow")
  settings.denyFile = arguments.value("deny")
  settings.brake = BrakeLimits(
    additions: try arguments.integer("max-additions", in: 0...Int.max) ?? BrakeLimits.standard.additions,
    additionsPercent: try arguments.integer("max-additions-percent", in: 0...1_000_000)
      ?? BrakeLimits.standard.additionsPercent)
  settings.requiredCountries = try arguments.integer("require-countries", in: 1...10)
  settings.takesOver = arguments.has("take-over")
  settings.acceptsLargeChange = arguments.has("accept-large-change")
  settings.asksCompact = !arguments.has("plain")
  settings.sendsReceipts = !arguments.has("no-receipt")
  if let zone = arguments.value("zone") {
    guard let origin = try? DomainName(canonical: zone) else {
      throw CommandFailure(.badValue(option: "zone", value: zone, wanted: "a domain name in lower case"))
    }
    settings.zone = origin
  }
  if let page = arguments.value("stop-page") {
    guard !settings.outputs.contains(where: \.isServersFile) else {
      throw CommandFailure(
        "--output \(FollowSettings.Output.serversFile) cannot carry a --stop-page: dnsmasq takes no addresses there; use dnsmasq.conf"
      )
    }
    settings.action = .redirect(try stopPage(page))
  }
  return settings
}

/// What `--output` takes: the formats that are published, and one that is made here alone.
private let outputFormats = ListFormat.allCases.map(\.rawValue) + [FollowSettings.Output.serversFile]

private func outputs(_ arguments: Arguments) throws(CommandFailure) -> [FollowSettings.Output] {
  var outputs: [FollowSettings.Output] = []
  for (format, path) in try arguments.pairs("output") {
    let isServersFile = format == FollowSettings.Output.serversFile
    guard let known = isServersFile ? .dnsmasq : ListFormat(rawValue: format), !path.isEmpty else {
      let formats = outputFormats.joined(separator: ", ")
      throw CommandFailure(
        .badValue(option: "output", value: format, wanted: "FORMAT=PATH with one of \(formats)"))
    }
    guard !outputs.contains(where: { $0.path == path }) else {
      throw CommandFailure("--output names \(path) twice")
    }
    var output = FollowSettings.Output(format: known, path: path)
    output.isServersFile = isServersFile
    outputs.append(output)
  }
  return outputs
}

private func stopPage(_ text: String) throws(CommandFailure) -> StopPageHost {
  let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  guard (2...3).contains(parts.count), let name = try? DomainName(canonical: parts[0]),
    let host = StopPageHost(name: name, ipv4: parts[1], ipv6: parts.count == 3 ? parts[2] : nil)
  else {
    throw CommandFailure(.badValue(option: "stop-page", value: text, wanted: "NAME,IPV4 or NAME,IPV4,IPV6"))
  }
  return host
}

func lock(_ directory: String, _ context: CommandContext) throws(CommandFailure) -> DirectoryLock {
  do {
    try context.files.makeDirectory(directory)
    return try DirectoryLock(directory: directory)
  } catch {
    throw CommandFailure(error.description)
  }
}

/// Who follows here, and the files that nobody else may write meanwhile.
func claims(_ settings: inout FollowSettings, _ context: CommandContext) throws(CommandFailure)
  -> OutputClaims
{
  do throws(FileFault) {
    let follower = try FollowerIdentity(
      ofState: settings.stateDirectory, list: settings.list.text, files: context.files)
    settings.follower = follower
    return OutputClaims(of: follower)
  } catch {
    throw CommandFailure(error.description)
  }
}

private func say(
  _ report: FollowReport, _ settings: FollowSettings, quiet: Bool, _ context: CommandContext
) {
  if case .failed = report.outcome {
    for line in report.lines { context.complain("cordon: \(settings.list.text): \(line)") }
    return
  }
  if case .current = report.outcome, quiet, report.lines.count == 1 { return }
  context.say("\(settings.list.text): \(report.lines[0])")
  for line in report.lines.dropFirst() { context.complain("cordon: \(settings.list.text): \(line)") }
}

/// How `follow --once` ends.
package func exitStatus(of report: FollowReport) -> ExitStatus {
  switch report.outcome {
  case .current, .updated: report.leftOut == nil ? .success : .refused
  case .failed(let failure): failure.outcome == "refused" ? .refused : .failure
  }
}
