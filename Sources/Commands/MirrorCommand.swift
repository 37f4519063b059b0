// SPDX-License-Identifier: Apache-2.0
// Copyright the Cordon authors.

private import ListFollowing
private import ListFormats

/// `cordon mirror`: keeps plain files for a web server to serve.
let mirrorCommand = Command(
  ["mirror"], summary: "Keep a verified copy of the repository as files for a web server.",
  options: ConnectionSettings.options + [
    .value("dir", "DIR", "where the mirror is; the web server serves DIR/current"),
    .value("root", "FILE", "the first root metadata, received by a trusted way; needed once"),
    .value("format", "NAME", "keep this format besides entries.txt (all)", repeats: true),
    .value("keep-hours", "N", "how long files stay that a new release replaced (6)"),
    .value("changes", "N", "from how many releases back changes are kept (256)"),
    .value("interval", "SECONDS", "time between rounds (15)"),
    .flag("once", "one round, then end"),
    .flag("quiet", "say nothing when nothing is new"),
  ],
  examples: [
    "cordon mirror --dir /srv/cordon --root root.json",
    "cordon mirror --once --dir /srv/cordon --format rpz.zone --format domains.txt",
  ],
  notes: [
    "Every file is verified by signature and digest before it is written; each state appears in one step.",
    "Ends with 0 when current, 1 on a failure worth retrying, 2 when a check refused what the server sent.",
  ]
) { arguments, context throws(CommandFailure) in
  try arguments.noMoreOperands(than: 0)
  let directory = try arguments.required("dir")
  var settings = MirrorSettings(directory: directory, rootFile: arguments.value("root"))
  settings.formats = try formats(arguments)
  settings.keepSeconds = 3600 * (try arguments.integer("keep-hours", in: 0...8760) ?? 6)
  settings.changeFiles = try arguments.integer("changes", in: 0...10_000) ?? settings.changeFiles
  let interval = try arguments.integer("interval", in: 1...86_400) ?? 15
  let transport = try context.connect(ConnectionSettings(arguments, environment: context.environment))
  let lock: DirectoryLock
  do throws(FileFault) {
    try context.files.makeDirectory(directory)
    lock = try DirectoryLock(directory: directory, user: "another cordon mirror")
  } catch {
    throw CommandFailure(error.description)
  }
  defer { withExtendedLifetime(lock) {} }
  let quiet = arguments.has("quiet")
  if arguments.has("once") {
    let report = MirrorRound(settings: settings, transport: transport, now: context.now()).run()
    say(report, quiet: quiet, context)
    return status(of: report)
  }
  let stop = StopSignal()
  stop.install()
  MirrorLoop(settings: settings, transport: transport, stop: stop, interval: interval) { report in
    say(report, quiet: quiet, context)
  }.run()
  return .success
}

private func formats(_ arguments: Arguments) throws(CommandFailure) -> Set<ListFormat>? {
  guard arguments.has("format") else { return nil }
  var formats: Set<ListFormat> = []
  for name in arguments.all("format") {
    guard let format = ListFormat(rawValue: name) else {
      let known = ListFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(.badValue(option: "format", value: name, wanted: "one of \(known)"))
    }
    formats.insert(format)
  }
  return formats
}

private func say(_ report: MirrorReport, quiet: Bool, _ context: CommandContext) {
  switch report.outcome {
  case .current(let timestamp): if !quiet { context.say("current at timestamp \(timestamp)") }
  case .updated(let timestamp, let count): context.say("serving timestamp \(timestamp): \(count) new files")
  case .failed(let failure): context.complain("cordon: mirror: \(failure)")
  }
  for line in report.notes { context.complain("cordon: mirror: \(line)") }
}

private func status(of report: MirrorReport) -> ExitStatus {
  switch report.outcome {
  case .current, .updated: .success
  case .failed(.refused): .refused
  case .failed: .failure
  }
}
